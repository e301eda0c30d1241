"""Letters and forms: drafts made of the record, edited by people, never signed by software."""
