"""The rules of routing: what is in force, what is drafted, what a draft would change, and what would become of a report."""
