"""Pictures of the running program: `make pictures` writes those in docs/pictures."""
