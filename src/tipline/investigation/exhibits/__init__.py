"""Exhibits of a case and the chain of custody of each. Hashes and words, never media."""
