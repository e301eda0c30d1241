"""The record: reports, their documents and files, and what was read out of them."""
