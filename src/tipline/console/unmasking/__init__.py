"""Asking to see a child's data, and the list that supervisors and auditors review."""
