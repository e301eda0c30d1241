"""Where providers try their clients: the same answers as the record gives, and nothing that a desk, a count or the log could see."""
