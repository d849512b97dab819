"""Bugs of ours: what is left of them, what is told, and the log."""
