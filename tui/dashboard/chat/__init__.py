"""The chat pane, the prompt below it, and approval requests."""
