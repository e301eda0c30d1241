"""Who this installation exchanges with: peers by exchanged descriptors, their keys, the agencies that live there, and the terms."""
