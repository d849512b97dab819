"""The worker's event stream: starting and watching the worker, and dispatching what it sends."""
