"""Loading the agent that was named on the command line, and watching its files."""
