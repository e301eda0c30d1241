"""The JSON face: what screens show, for programs that act for a person with a token (docs/reference/api.md)."""
