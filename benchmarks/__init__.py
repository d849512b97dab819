"""Measurements as ratios within one run, which are not tests. Run with `make bench`."""
