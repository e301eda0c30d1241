"""Reply files, read with care: a stranger's bytes in, rows of text out, bounded in every direction; each refusal says which bound."""
