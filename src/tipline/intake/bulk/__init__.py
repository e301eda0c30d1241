"""The bulk door: backlogs of reports in files, taken in lots by `tipline import`. Whatever a file holds, the others go on."""
