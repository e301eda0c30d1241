"""Bundles on a desk: what is one matter, decided once."""
