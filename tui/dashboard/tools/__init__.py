"""The tool log: one row per tool call and per printed line."""
