"""Migrations of the JSON face."""
