"""The command line: options, agent references, and one module per command."""
