"""Writes attachments to files, and never over one that exists."""

import os
from itertools import chain, count
from pathlib import Path

from tui.core.attachments import file_name
from tui.protocol.events import Attachment


def save(one: Attachment, source: str, number: int, path: Path) -> Path:
    """Write it to a new file and return that. Raise OSError.

    ``path`` is a folder, in which it gets a name of its own, or the name of the file. A name that
    is taken gets a number.
    """
    # Path's own raises for unknown users.
    first = Path(os.path.expanduser(path)).absolute()  # noqa: PTH111
    if first.is_dir():
        first /= file_name(one, source, number)
    names = (first.with_stem(f"{first.stem}-{again}") for again in count(2))
    for place in chain((first,), names):
        try:
            with place.open("xb") as file:
                file.write(one.data)
        except FileExistsError:
            continue
        return place
    raise AssertionError
