"""A referral as a file: a signed bag in a ZIP, for where there is no wire (docs/reference/package-format.md)."""
