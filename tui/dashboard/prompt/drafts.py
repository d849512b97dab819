"""Drafts on disk: what was typed and not sent survives a crash, and waits for its session.

Each process has a lock on a file of its own beside its drafts. A draft whose process is gone can be
taken by another one.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from tui.core.sanitize.characters import without_surrogates

KEPT_SECONDS: Final = 30 * 24 * 3600.0
"""Older drafts are deleted."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    session: str
    folder: str
    """Where the program was started."""
    saved: float
    """Unix seconds."""
    text: str
    """As the prompt shows it."""
    folds: dict[str, str] = {}
    """What is behind its labels."""
    beside: str = ""
    """What had been in the prompt before the text, which is an edit of a queued message."""


class Drafts:
    """Every method works in the calling thread; what cannot be written is not kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = os.urandom(8).hex()
        self._lock: int | None = None

    def save(self, draft: Draft) -> None:
        """Keep the draft of a session, in the place of an earlier one; an empty one is deleted."""
        with suppress(OSError):
            path = self._path(draft.session)
            if not draft.text.strip():
                path.unlink(missing_ok=True)
                return
            self._hold()
            new = path.with_suffix(".new")
            new.touch(0o600)
            new.write_bytes(_encoded(draft))
            new.replace(path)

    def take(self, *, session: str = "", folder: str = "") -> Draft | None:
        """The newest draft that nobody holds, of a session, or of a folder; it is deleted."""
        found = [
            (draft.saved, path, draft)
            for path, draft in self._stored()
            if (draft.session == session if session else draft.folder == folder)
            and not self._held_elsewhere(path)
        ]
        if not found:
            return None
        _, path, draft = max(found, key=lambda one: one[0])
        with suppress(OSError):
            path.unlink()
        return draft

    def release(self) -> None:
        """Let others take what is left."""
        if self._lock is not None:
            with suppress(OSError):
                self._lock_path(self._name).unlink()
                os.close(self._lock)
            self._lock = None

    def _stored(self) -> Iterator[tuple[Path, Draft]]:
        for path in self._folder.glob("*.draft"):
            try:
                draft = msgspec.json.decode(path.read_bytes(), type=Draft)
            except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
                continue
            if time.time() - draft.saved < KEPT_SECONDS:
                yield path, draft
            elif not self._held_elsewhere(path):
                with suppress(OSError):
                    path.unlink()

    def _held_elsewhere(self, path: Path) -> bool:
        owner = path.name.partition("-")[0]
        if owner == self._name:
            return False
        try:
            lock = os.open(self._lock_path(owner), os.O_RDWR)
        except OSError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        else:
            with suppress(OSError):
                self._lock_path(owner).unlink()
            return False
        finally:
            os.close(lock)

    def _hold(self) -> None:
        if self._lock is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(self._lock_path(self._name), os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _path(self, session: str) -> Path:
        return self._folder / f"{self._name}-{session}.draft"

    def _lock_path(self, owner: str) -> Path:
        return self._folder / f"{owner}.lock"


def _encoded(draft: Draft) -> bytes:
    try:
        return msgspec.json.encode(draft)
    except UnicodeEncodeError:
        valid = msgspec.structs.replace(
            draft,
            folder=without_surrogates(draft.folder),
            text=without_surrogates(draft.text),
            beside=without_surrogates(draft.beside),
            folds={
                without_surrogates(label): without_surrogates(text)
                for label, text in draft.folds.items()
            },
        )
        return msgspec.json.encode(valid)
