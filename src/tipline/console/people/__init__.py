"""Screens of an administrator: the people of the agency. They hold no report data."""
