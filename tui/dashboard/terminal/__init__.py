"""The terminal itself: writing to it, its end, its bell and its clipboard."""
