"""Files that a message names with "@": found in its text, and read to be attached."""

import os
import re
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from tui.core.attached_paths import address_of
from tui.protocol.attached_files import checked_all, name_of

_MENTION: Final = re.compile(
    r'(?<![^\s(\[{"\'])(?P<marks>@{1,2})(?:"(?P<quoted>[^"\n]+)"|(?P<plain>[^\s"]+))'
)
_AFTER: Final = ".,;:!?)]}'\""
"""May follow a name in a sentence."""


class Mention(msgspec.Struct, frozen=True):
    """``literal``: "@@" says that the file is only named."""

    path: Path
    name: str
    """That of the file as it is attached."""
    start: int
    literal: bool


class Message(msgspec.Struct, frozen=True):
    """``attached``: addresses (`attached_files.py`)."""

    text: str
    attached: tuple[str, ...]


def mentions(text: str, folder: Path, kept: Container[str] = ()) -> Iterator[Mention]:
    """Every mention of a file that is there, or that has one of the names that are ``kept``."""
    for found in _MENTION.finditer(text):
        name = found["quoted"] or found["plain"]
        path = _file(name, folder, kept)
        while path is None and not found["quoted"] and name and name[-1] in _AFTER:
            name = name[:-1]
            path = _file(name, folder, kept)
        if path is not None:
            literal = found["marks"] == "@@"
            yield Mention(path, _name(path, folder), found.start(), literal=literal)


def message_of(text: str, folder: Path, attached: Sequence[str] = ()) -> Message:
    """What is sent for a text. Raise `AttachmentError` if a file cannot be attached.

    ``attached``: the message waits already, with these addresses. A file that it still names
    stays attached even if it has been deleted.
    """
    if "@" not in text:
        return Message(text, ())
    kept = {name_of(address): address for address in attached}
    found = [*mentions(text, folder, kept)]
    addresses = {}
    for one in found:
        if not one.literal and one.name not in addresses:
            there = one.path.is_file()
            addresses[one.name] = address_of(one.path, one.name) if there else kept[one.name]
    for one in reversed(found):
        if one.literal:
            text = text[: one.start] + text[one.start + 1 :]
    checked_all([*addresses.values()])
    return Message(text, tuple(addresses.values()))


def typed_again(text: str, folder: Path, attached: Sequence[str]) -> str:
    """A message as it has to be typed: "@@" names files that are there and not attached to it."""
    if "@" not in text:
        return text
    kept = {*map(name_of, attached)}
    for one in reversed([*mentions(text, folder)]):
        if not one.literal and one.name not in kept:
            text = text[: one.start] + "@" + text[one.start :]
    return text


def _file(name: str, folder: Path, kept: Container[str]) -> Path | None:
    path = folder / os.path.expanduser(name)  # noqa: PTH111 - Path's own raises for unknown users
    try:
        path.name.encode()  # what is sent names it
        return path if path.is_file() or _name(path, folder) in kept else None
    except (OSError, ValueError):
        return None


def _name(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
