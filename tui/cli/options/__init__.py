"""What is given on the command line: shared options, kinds of values, references to agents."""
