"""What the program has to say, on a line of its own, and the list of it."""
