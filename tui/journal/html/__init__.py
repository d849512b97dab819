"""A session as one HTML file that looks like the screen, and asks nothing of any server."""
