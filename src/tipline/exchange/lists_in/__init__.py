"""Fetching hash lists from where they are published: by the `threatexchange` clients, in a program apart that the operator installed."""
