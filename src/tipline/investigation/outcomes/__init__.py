"""Outcomes: what became of a report, told up the chain and, as usefulness only, to the provider."""
