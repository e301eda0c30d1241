"""What became of reports and cases: recorded by the desk that worked on them, told up the way they came."""
