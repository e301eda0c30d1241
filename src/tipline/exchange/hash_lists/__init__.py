"""Hash lists: hashes of files that people of an agency confirmed, published as signed lists that others subscribe to. Never media, and nothing of the report behind a hash."""
