"""A referral as it travels: one typed record, out of which packages and every standard's form are made."""
