"""Cases: what a district opens when it accepts leads."""
