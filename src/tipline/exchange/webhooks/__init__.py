"""Webhooks: an agency's own server is told that something happened, and asks the API what. No data of a report or case leaves by them."""
