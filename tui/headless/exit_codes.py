"""The exit codes of `streamtui run` and `streamtui diff`; docs/headless.md lists them."""

OK = 0
RUN_FAILED = 1
"""At least one run failed, and no gate did."""
USAGE = 2
"""A wrong option or file, or an agent that cannot be loaded."""
GATE_FAILED = 3
BUG = 70
"""A bug in streamtui (``EX_SOFTWARE``)."""
HUNG_UP = 129
"""SIGHUP: the terminal was closed."""
INTERRUPTED = 130
"""Ctrl+C."""
TERMINATED = 143
"""SIGTERM, as `timeout` sends it."""
STDOUT_CLOSED = 141
"""Nobody reads stdout any more: what a shell reports for a program that dies of SIGPIPE."""
