"""Pages of exercises in a training range: for who works on one, and for who writes scenarios."""
