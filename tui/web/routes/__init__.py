"""Which path is answered by what."""
