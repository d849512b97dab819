"""Files that a message names with "@": found in its text, and read to be attached."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from tui.core.attached_paths import address_of
from tui.protocol.attached_files import checked_all

_MENTION: Final = re.compile(
    r'(?<![^\s(\[{"\'])(?P<marks>@{1,2})(?:"(?P<quoted>[^"\n]+)"|(?P<plain>[^\s"]+))'
)
_AFTER: Final = ".,;:!?)]}'\""
"""May follow a name in a sentence."""


class Mention(msgspec.Struct, frozen=True):
    """``literal``: "@@" says that the file is only named."""

    path: Path
    start: int
    literal: bool


class Message(msgspec.Struct, frozen=True):
    """``attached``: addresses (`attached_files.py`)."""

    text: str
    attached: tuple[str, ...]


def mentions(text: str, folder: Path) -> Iterator[Mention]:
    """Every mention of a file that is there."""
    for found in _MENTION.finditer(text):
        name = found["quoted"] or found["plain"]
        path = _file(name, folder)
        while path is None and not found["quoted"] and name and name[-1] in _AFTER:
            name = name[:-1]
            path = _file(name, folder)
        if path is not None:
            yield Mention(path, found.start(), literal=found["marks"] == "@@")


def message_of(text: str, folder: Path) -> Message:
    """What is sent for a text. Raise `AttachmentError` if a file cannot be attached."""
    found = list(mentions(text, folder)) if "@" in text else []
    paths = dict.fromkeys(one.path for one in found if not one.literal)
    for one in reversed(found):
        if one.literal:
            text = text[: one.start] + text[one.start + 1 :]
    addresses = tuple(address_of(path, _name(path, folder)) for path in paths)
    checked_all(addresses)
    return Message(text, addresses)


def _file(name: str, folder: Path) -> Path | None:
    path = folder / os.path.expanduser(name)  # noqa: PTH111 - Path's own raises for unknown users
    try:
        path.name.encode()  # what is sent names it
        return path if path.is_file() else None
    except (OSError, ValueError):
        return None


def _name(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
