"""Stage `matching`: hashes of reported files against imported lists and against every file ever reported."""
