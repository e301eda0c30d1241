"""The screen of the children of a case."""
