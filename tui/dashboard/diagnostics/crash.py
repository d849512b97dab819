"""A bug as it is reported: a traceback without locals in a file, and a sentence for people."""

import time
import traceback
from collections.abc import Callable
from pathlib import Path

import msgspec
from platformdirs import user_log_path

MOST_KEPT = 1_000_000
"""Characters of the file that are kept when a report is added."""

MOST_REPORTS = 20
"""Per process: a bug that happens thirty times a second must not fill the disk."""

_OURS = Path(__file__).parents[2]


class Bug(msgspec.Struct, frozen=True):
    """``place`` is the innermost line of streamtui; ``report`` is None if it was not written."""

    kind: str
    place: str
    report: Path | None

    @property
    def sentence(self) -> str:
        return f"streamtui has a bug: {self.kind} in {self.place}."


class BugReports:
    """Writes one report for each kind of error and place, however often it is met."""

    def __init__(self, mask: Callable[[str], str], folder: Path | None = None) -> None:
        self._mask = mask
        self._folder = folder
        self._written: dict[tuple[str, str], Path | None] = {}

    def met(self, error: BaseException) -> Bug:
        kind, place = type(error).__name__, place_of(error)
        key = (kind, place)
        if key not in self._written:
            writes = len(self._written) < MOST_REPORTS
            self._written[key] = report_crash(error, self._mask, self._folder) if writes else None
        return Bug(kind, place, self._written[key])


def place_of(error: BaseException) -> str:
    """The innermost line of streamtui that the error went through: ``chat/prompt.py:12``."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _is_ours(Path(frame.filename))]
    last = (ours or frames)[-1:]
    if not last:
        return "an unknown place"
    path = Path(last[0].filename)
    shown = path.relative_to(_OURS) if ours else path.name
    return f"{shown}:{last[0].lineno}"


def _is_ours(path: Path) -> bool:
    # Every error in a handler passes the guard.
    return path.is_relative_to(_OURS) and path.name != "guarded_app.py"


def report_crash(
    error: BaseException, mask: Callable[[str], str], folder: Path | None = None
) -> Path | None:
    """Add the masked traceback to ``crash.log``; its path, or None if it cannot be written.

    Locals are left out: they hold prompts and keys.
    """
    folder = folder or user_log_path("streamtui")
    path = folder / "crash.log"
    stamp = time.strftime("%Y-%m-%d %H:%M:%S")
    report = mask("".join(traceback.format_exception(error)))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        path.touch(mode=0o600)
        path.write_text(f"{before[-MOST_KEPT:]}\n{stamp}\n{report}", encoding="utf-8")
    except OSError:
        return None
    return path
