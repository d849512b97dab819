"""What the SDK's documentation shows, as small agents of our own, run in the dashboard."""
