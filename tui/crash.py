"""What is left of a bug of ours: a log file without locals, and one line on the terminal."""

import time
import traceback
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_log_path

MOST_KEPT = 1_000_000
"""Characters of the log that stay when a new report is added."""


def report_crash(
    error: BaseException, mask: Callable[[str], str], folder: Path | None = None
) -> Path | None:
    """Add the traceback, masked, to ``crash.log``; where that is, or None if it cannot be written.

    Locals are left out: they hold prompts and keys.
    """
    folder = folder or user_log_path("streamtui")
    path = folder / "crash.log"
    stamp = time.strftime("%Y-%m-%d %H:%M:%S")
    told = mask("".join(traceback.format_exception(error)))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        path.touch(mode=0o600)
        path.write_text(f"{before[-MOST_KEPT:]}\n{stamp}\n{told}", encoding="utf-8")
    except OSError:
        return None
    return path
