"""Removes what must not reach a terminal or a file: harmful characters, and keys."""
