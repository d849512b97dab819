"""What the main screen delegates to: runs, sessions, reloading the agent."""
