"""What the model's process is asked for, and what it says. One JSON line each."""

import msgspec


class ModelOrder(msgspec.Struct, frozen=True):
    """Its one argument."""

    path: str
    name: str
    threads: int
    context: int = 8192
    """Tokens."""


class ModelReady(msgspec.Struct, frozen=True):
    """The model is loaded and answers at ``url``; or why not."""

    url: str = ""
    """Ends with ``/v1``."""
    problem: str = ""
