"""Letters of a case: made, read, edited, reviewed and taken as files."""
