"""What the service writes to stderr: requests, and what went wrong. No prompt, answer or key."""

import logging
from collections.abc import Callable


class _Masked(logging.Formatter):
    """Masks whole lines, tracebacks included; tracebacks hold no values."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        return self._mask(super().format(record))


def log_to_stderr(mask: Callable[[str], str], *, quiet: bool) -> None:
    """Send what the service and uvicorn log there; ``quiet``: only what went wrong."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Masked(mask))
    for name, level in (("tui.web", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.WARNING if quiet else level)
        logger.propagate = False
