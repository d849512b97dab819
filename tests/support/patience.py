"""How long a test waits for what must come."""

PATIENCE = 90.0
"""Seconds. Only what is broken takes so long; what is slow because the machine is busy does not."""
