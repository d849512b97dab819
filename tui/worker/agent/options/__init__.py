"""What an agent brings along for its runs, and what it needs."""
