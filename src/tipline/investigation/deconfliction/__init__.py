"""Deconfliction: whether another agency has the same identifiers, told as no more than that a contact exists and whom to call."""
