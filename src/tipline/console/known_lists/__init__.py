"""Lists of hashes that came in: what each holds, its imports with what was wrong in them, and what of the reports it knows."""
