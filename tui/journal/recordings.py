"""Recordings: a stored session, or a file of events, one JSON line each."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tui.journal.store import JournalStore
from tui.protocol.codec import decode_event
from tui.protocol.events import Event


class RecordingError(Exception):
    """It cannot be read; the message says why."""


class JobName(msgspec.Struct, frozen=True):
    """The prompt that a run of a batch stands for: ``streamtui run`` writes it into its file."""

    run: str
    id: str
    round: int


class Recording:
    """Iterate once to get the events, a list per row or line; then the rest is known."""

    def __init__(self, source: str, store: JournalStore | None) -> None:
        """``source`` is a file, or the id of a session in ``store``, or the start of one."""
        self.source = source
        self.skipped = 0
        """Lines or events that could not be read."""
        self.jobs: dict[str, JobName] = {}
        """By run."""
        self._store = store

    def __iter__(self) -> Iterator[list[Event]]:
        """Raise `RecordingError`, or what `JournalStore` raises."""
        path = Path(self.source)
        if path.is_file():
            yield from self._lines(path)
        elif path.suffix or self._store is None:
            raise RecordingError(f"there is no file {self.source}")
        else:
            loaded = self._store.load(self._store.find(self.source).id)
            yield from loaded
            self.skipped = loaded.skipped

    def _lines(self, path: Path) -> Iterator[list[Event]]:
        found = False
        try:
            with path.open("rb") as file:
                for line in file:
                    if event := self._event(line):
                        found = True
                        yield [event]
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
        if isinstance(fields, dict) and fields.get("type") == "JobStarted":
            run = str(fields.get("run"))
            self.jobs[run] = JobName(run, str(fields.get("id")), int(fields.get("round") or 1))
        elif not isinstance(fields, dict) or fields.get("type") not in {"JobEnded", "LinesLeftOut"}:
            self.skipped += bool(line.strip())
        return None
