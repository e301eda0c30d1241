"""The one list of stages, and the stages, one folder each."""
