"""The terminal itself: what may be written to it, its hang-up, notifications, copies."""
