"""Scenarios: folders of data, read, checked, made into a world for each trainee, and scored."""
