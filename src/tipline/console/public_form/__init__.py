"""The desk's side of the public form: messages with whoever reported, and how to reach them."""
