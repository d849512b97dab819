"""The AG-UI dialect of the web service."""
