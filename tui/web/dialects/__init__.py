"""The words in which the service speaks: each dialect has its routes and its translation."""
