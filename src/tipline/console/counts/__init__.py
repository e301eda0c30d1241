"""Counts of an agency."""
