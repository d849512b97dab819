"""The worker as a process: its streams, its signals, its heartbeat and its end."""
