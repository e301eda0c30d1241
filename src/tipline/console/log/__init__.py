"""The auditor's screens of the log, and what of it is public."""
