"""Stage `routing`: to which desk, with what confidence and why, or to a person."""
