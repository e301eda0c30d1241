"""Replies of companies, on the pages of a case."""
