"""What crosses the pipe between the worker and the UI: events, commands and their JSON."""
