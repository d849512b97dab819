"""Turning exceptions and error events into problems that a person can act on."""
