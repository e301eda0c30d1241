"""The rules of the three scores: what counts and why, what a change would move, and how scores fall among providers and places."""
