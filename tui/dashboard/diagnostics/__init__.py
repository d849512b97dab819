"""Bug reports, the isolation of panes that broke, and the log."""
