"""Tool calls: their true times and errors, their ids, and their approval by the user."""
