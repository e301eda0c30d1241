"""Exhibits of a case: taking them in, their custody, hashes from tools, and the export of the whole file."""
