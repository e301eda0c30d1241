"""What a police desk does with a report: cases, law, operations."""
