"""Turns exceptions and error events into problems that the user can act on."""
