"""Safeguarding: what is done for a child. Whose it is stands on no surface."""
