"""Law as data: a cited catalogue of sections per country. A working summary, to be reviewed by a lawyer."""
