"""The desk: an agency's inbox, and what its people do with it."""
