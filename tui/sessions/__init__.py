"""Sessions that are kept: going on with one, its export, what earlier ones add up to."""
