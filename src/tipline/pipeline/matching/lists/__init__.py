"""Hash lists that come in: read, kept with every revocation, and handed to the matching. Never media."""
