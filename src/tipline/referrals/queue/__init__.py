"""The queue of a desk: in what order, whose it is, what rests, and what one person alone may not close."""
