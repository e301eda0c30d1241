"""Tests: unit beside integration, acceptance with real clients and a real browser."""
