"""What crosses the pipe between the worker and whoever watches it: plain data and its JSON."""
