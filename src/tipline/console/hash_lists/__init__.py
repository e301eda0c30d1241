"""Hash lists: what people found, what is published of it, and who reads it."""
