"""What the screen remembers from one start to the next: the theme, and the panes' sizes.

It is a file of its own in the data folder; the user's settings are never written.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0.05, le=0.95)]

DAMAGED = "What the screen remembered could not be read: it starts with its defaults"


class PaneSizes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of one class of terminal sizes. None: as the stylesheet says."""

    chat: Share | None = None
    """The chat's share of the width, or of the height in a medium terminal."""
    tools: Share | None = None
    """The tool log's share of the room beside or below the chat."""
    folded: tuple[str, ...] = ()
    """Panes that are folded away."""


class Remembered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All of the file."""

    theme: str | None = None
    """Chosen by the user."""
    dark: bool | None = None
    """What the terminal last said about its background."""
    used: bool = False
    """Something was sent once: the first keys need no more explanation."""
    panes: dict[str, PaneSizes] = {}
    """By class of terminal sizes."""


class ScreenMemory:
    """``path`` None: nothing is read or kept."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.problem = ""
        """Why the file could not be read, in one sentence; said once."""
        self.kept = Remembered()
        if path is not None:
            self.kept = self._read(path)

    @property
    def is_new(self) -> bool:
        """Nothing was ever sent, as far as is known."""
        return self.path is not None and not self.kept.used

    def keep(self, **changes: object) -> None:
        """Change and store what is remembered; what another dashboard stored meanwhile stays."""
        if self.path is None or all(getattr(self.kept, k) == v for k, v in changes.items()):
            return
        self.kept = msgspec.structs.replace(self._read(self.path), **changes)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new = self.path.with_name(f"{self.path.name}.{os.getpid()}")
            new.write_bytes(msgspec.json.format(msgspec.json.encode(self.kept)) + b"\n")
            new.replace(self.path)
        except OSError as error:
            self.problem = f"What the screen shows is not remembered: {error.strerror}"

    def keep_panes(self, size_class: str, sizes: PaneSizes) -> None:
        """Remember the sizes of the panes for terminals of a class."""
        self.keep(panes={**self.kept.panes, size_class: sizes})

    def _read(self, path: Path) -> Remembered:
        try:
            return msgspec.json.decode(path.read_bytes(), type=Remembered)
        except FileNotFoundError:
            return Remembered()
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            self.problem = f"{DAMAGED} ({getattr(error, 'strerror', None) or error})."
            with suppress(OSError):
                # So that it is said once, and can still be looked at.
                path.replace(path.with_name(f"{path.name}.damaged"))
            return Remembered()
