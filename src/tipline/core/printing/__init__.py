"""Printing: a document of blocks, as an accessible PDF and as files that office programs edit. No domain; text is data throughout."""
