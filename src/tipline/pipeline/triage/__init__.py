"""Stage `triage`: three scores, each a sum of named rules from a data file."""
