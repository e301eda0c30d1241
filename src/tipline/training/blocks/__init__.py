"""Building blocks of synthetic worlds, one module a field of crime. A scenario names blocks and their parameters; only blocks are code."""
