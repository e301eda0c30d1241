"""The index of PDQ values: exact within 31 bits, in files that all processes of a machine share, rebuilt from PostgreSQL when one is not right."""
