"""What all doors for providers have in common: who is let in, what was asked, and what is loud when something changes."""
