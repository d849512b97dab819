"""Measurements: ratios inside one run, never timed tests. Run by `make bench`."""
