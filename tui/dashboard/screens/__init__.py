"""The main screen, and what stands around its panes."""
