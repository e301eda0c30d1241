"""The providers of an agency, for its administrators."""
