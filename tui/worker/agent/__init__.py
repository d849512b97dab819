"""From what was typed to an agent that is ready to run, and its files."""
