"""The tree of agencies and the places each is responsible for."""
