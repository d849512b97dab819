"""The worker process: the SDK, the user's agent, and the events they make."""
