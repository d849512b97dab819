"""The dashboard in a browser: a process for each visitor, found again after a reload."""
