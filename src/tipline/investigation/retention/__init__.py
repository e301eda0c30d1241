"""How long things are kept, legal holds, and destruction with a certificate. It stands above all rooms whose rows it destroys."""
