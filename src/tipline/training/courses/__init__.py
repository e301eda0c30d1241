"""Courses: rosters, batches, exercises, attendance, results and certificates."""
