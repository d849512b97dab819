"""Recordings: a stored session, or a file of events, one JSON line each."""

import difflib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from tui.core.sanitize.secrets import Masker
from tui.journal.export_file import export_pieces
from tui.journal.store import JournalStore, NoSuchSessionError, SessionInfo, TrashedSessionError
from tui.protocol.codec import decode_event
from tui.protocol.events import Event

OF_A_BATCH = frozenset({"JobStarted", "JobEnded", "LinesLeftOut"})
"""Types of the lines that ``streamtui run --output jsonl`` adds to its events."""

MOST_NAMED = 3


class RecordingError(Exception):
    """It cannot be read; the message says why."""


class JobName(msgspec.Struct, frozen=True):
    """The prompt that a run of a batch stands for: ``streamtui run`` writes it into its file."""

    run: str
    id: str
    round: int = 1


class Recording:
    """Iterate once to get the events, a list per row or line; then the rest is known."""

    def __init__(self, source: str, store: JournalStore | None) -> None:
        """``source`` is a file, or the id of a session in ``store``, or the start of one."""
        self.source = source
        self.skipped = 0
        """Lines or events that could not be read."""
        self.unknown: dict[str, int] = {}
        """How many of them have a type that only a newer version knows, by type."""
        self.is_cut = False
        """The last line is one of them, and has no end: its writer was interrupted."""
        self.jobs: dict[str, JobName] = {}
        """By run."""
        self._store = store

    def __iter__(self) -> Iterator[list[Event]]:
        """Raise `RecordingError`, or what `JournalStore` raises."""
        path = Path(self.source)
        if path.is_file():
            yield from ([event] for _, event in self._lines(path) if event is not None)
        else:
            store, info = self._found()
            loaded = store.load(info.id)
            yield from loaded
            self.skipped = loaded.skipped

    def lines(self, masker: Masker) -> Iterator[tuple[bytes, Event | None]]:
        """The lines of the file as they are, or those of `sessions export`; None: no event.

        Raise what `__iter__` raises.
        """
        path = Path(self.source)
        if path.is_file():
            yield from self._lines(path)
            return
        store, info = self._found()
        loaded = store.load(info.id)
        for line in export_pieces("jsonl", info, loaded, masker, held=False):
            yield line, decode_event(line)
        self.skipped = loaded.skipped

    @property
    def is_held(self) -> bool:
        """Whether a dashboard has the session open, so that its last turn may not be over."""
        if Path(self.source).is_file():
            return False
        store, info = self._found()
        return store.is_held(info.id)

    def _found(self) -> tuple[JournalStore, SessionInfo]:
        if Path(self.source).suffix or self._store is None:
            raise RecordingError(f"there is no file {self.source}")
        try:
            return self._store, self._store.find(self.source)
        except TrashedSessionError:
            raise
        except NoSuchSessionError as error:
            known = [info.id for info in self._store.sessions()]
            if any(one.startswith(self.source) for one in known):
                raise
            raise RecordingError(_not_found(self.source, known)) from error

    def _lines(self, path: Path) -> Iterator[tuple[bytes, Event | None]]:
        found = False
        try:
            with path.open("rb") as file:
                for line in file:
                    event = self._event(line)
                    found = found or event is not None
                    yield line, event
        except OSError as error:
            raise RecordingError(f"{path} cannot be read: {error.strerror}") from error
        if not found:
            raise RecordingError(f"{path} has no events: record one with `--output jsonl`")

    def _event(self, line: bytes) -> Event | None:
        try:
            return decode_event(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass
        try:
            fields = json.loads(line)
        except ValueError:
            fields = None
        kind = fields.get("type") if isinstance(fields, dict) else None
        if kind == "JobStarted" and (job := _job(line)) is not None:
            self.jobs[job.run] = job
        elif kind not in (OF_A_BATCH - {"JobStarted"}) and line.strip():
            self.skipped += 1
            self.is_cut = not line.endswith(b"\n")
            if isinstance(kind, str) and kind not in (_KNOWN | OF_A_BATCH):
                self.unknown[kind] = self.unknown.get(kind, 0) + 1
        return None


def _job(line: bytes) -> JobName | None:
    """None: it is not as `streamtui run` writes it."""
    try:
        return msgspec.json.decode(line, type=JobName, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


_KNOWN = frozenset(kind.__name__ for kind in Event.__args__)


def _not_found(source: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(source, known, n=MOST_NAMED, cutoff=0.5)
    if not known:
        return f"there is no session and no file {source!r}: no session is stored yet"
    words = "the nearest" if near else "the newest"
    some = ", ".join(near or known[:MOST_NAMED])
    return (
        f"there is no session and no file {source!r}; {words}: {some} "
        "(`streamtui sessions list` lists all)"
    )
