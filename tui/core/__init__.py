"""Pure functions and plain data, no I/O: conversation, figures, sanitizing, settings."""
