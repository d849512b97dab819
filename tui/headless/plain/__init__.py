"""A conversation as plain lines, for screen readers and terminals without a screen."""
