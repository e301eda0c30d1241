"""What goes out of the figures: reports that desks get by themselves, and transparency reports that two people release."""
