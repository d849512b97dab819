"""The worker processes, and which of them a session's runs go to."""
