"""Instance to instance: what happens to a referral here is told to the installation on the other side of it, once, in order and signed."""
