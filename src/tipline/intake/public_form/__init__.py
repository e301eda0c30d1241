"""The public form: how anybody reports, in their own language, without a name, and how they come back with a code."""
