"""Who there is, who may see what, and what was done: agencies, accounts, visibility, audit."""
