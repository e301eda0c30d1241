"""Attempts: a trainee or a team at work on an exercise, what they answered, what it is worth, and what stands out."""
