"""Bugs of ours: reporting them, isolating what they broke, and the log."""
