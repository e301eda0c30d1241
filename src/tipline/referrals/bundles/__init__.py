"""Bundles: what is one matter on a desk is decided once, and each report of it stays provable by itself."""
