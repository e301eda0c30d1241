"""Children of a case: what is done for them, by whom, and what a survivor wants to be told. Need to know, and no name."""
