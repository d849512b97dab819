"""Tool calls: their true times and errors, their ids, and asking the person first."""
