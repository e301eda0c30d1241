"""What this installation has with others: packages of a desk, agreements, and links."""
