"""Tipline carries a report of child sexual abuse material from the platform that found it to the police officer who can act."""

__version__ = "0.1.0"
