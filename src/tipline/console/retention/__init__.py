"""Screens of retention: what is due, legal holds, orders, certificates."""
