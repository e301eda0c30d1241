"""Webhooks of an agency."""
