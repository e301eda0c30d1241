"""A layout; see layout.toml."""
