"""Calls, plain table; see layout.toml."""
