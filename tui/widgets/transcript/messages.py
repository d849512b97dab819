"""What the transcript tells the screen."""

from __future__ import annotations

from textual.message import Message


class LinkClicked(Message):
    """Somebody wants to open a web address (http or https only): ask before doing so."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()


class HitsChanged(Message):
    """A search found ``count`` hits and shows the one numbered ``current``, from 1; 0 for none."""

    def __init__(self, pattern: str, current: int, count: int) -> None:
        self.pattern = pattern
        self.current = current
        self.count = count
        super().__init__()
