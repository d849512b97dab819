"""What the main screen delegates to: runs, sessions, reloading, views, the layout of panes."""
