"""Every command with its keys, slash word and help, in one table, and what is made from it."""
