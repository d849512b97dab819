"""Keeps warnings about answers that do not fit the client's types out of the user's output.

Servers send types and fields that the openai client does not know. It keeps them, but pydantic
warns when the SDK turns such an item into JSON, and the tool log would show that as if the user's
code had printed it. There is nothing that the user can do about it.
"""

import inspect
import logging
import warnings
from types import FrameType
from typing import TextIO

SERIALIZER = "Pydantic serializer warnings"
CLIENTS = frozenset({"agents", "mcp", "openai"})
"""Packages whose models hold what servers send."""


def divert() -> None:
    """From now on, log them at the debug level; all other warnings are shown as before."""
    shown = warnings.showwarning

    def show(  # noqa: PLR0917 - the signature of `warnings.showwarning`
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if str(message).startswith(SERIALIZER) and _of_a_client(filename):
            logging.getLogger("streamtui.worker").debug("%s", message)
        else:
            shown(message, category, filename, lineno, file, line)

    warnings.showwarning = show


def _of_a_client(filename: str) -> bool:
    """Whether the object that is being serialized in this file is of a client's class."""
    frame: FrameType | None = inspect.currentframe()
    while frame is not None and frame.f_code.co_filename != filename:
        frame = frame.f_back
    model = type(frame.f_locals.get("self")) if frame is not None else object
    return model.__module__.partition(".")[0] in CLIENTS
