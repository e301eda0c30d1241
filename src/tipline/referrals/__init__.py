"""A report on its way down the tree: sent, accepted, returned, forwarded."""
