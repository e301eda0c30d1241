"""People, their roles, and the credentials of providers."""
