"""The list of stored sessions: its rows and columns, its search, and what is done to a session."""
