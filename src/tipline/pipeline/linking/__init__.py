"""Stage `linking`: which earlier reports share an identifier. A shared IP address alone never links."""
