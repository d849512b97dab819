"""The tool pane: one row per tool call and per printed line."""
