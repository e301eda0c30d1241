"""Doors in. Each is one folder that can be deleted."""
