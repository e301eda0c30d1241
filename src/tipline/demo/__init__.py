"""Synthetic reports: the demo's bundle and the simulator's stream. Everything in them is fictional and made here."""
