"""The log-expiry clock: who holds the log that ties an address to a subscriber, and until when. docs/explanation/log-expiry.md."""
