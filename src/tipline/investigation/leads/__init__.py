"""The lead page: what is known, what is not, and what to do next."""
