"""The data folder: can it be written, is there room, is the journal whole."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryFile

from tui.cli.doctor.finding import Finding, Status, Values
from tui.core.formatting import counted

MEGABYTE, GIGABYTE = 1_000_000, 1_000_000_000
LITTLE = 200 * MEGABYTE
"""Bytes free, below which it is said."""
_FULL = {errno.ENOSPC, errno.EDQUOT}


def check_data(journal: Path, *, enabled: bool = True) -> Iterator[Finding]:
    """``journal`` is the database, which need not exist yet."""
    if not enabled:
        yield _found("journal", "note", "it is off: sessions are kept in memory only")
        return
    folder = _nearest(journal.parent)
    yield _writable(journal, folder)
    yield _room(folder)
    if _is_there(journal):
        yield from _journal(journal)
    else:
        yield _found("journal", "ok", f"{journal} is made with the first session")


def _nearest(folder: Path) -> Path:
    """The folder, or the first above it that exists."""
    while not _is_there(folder) and folder != folder.parent:
        folder = folder.parent
    return folder


def _is_there(path: Path) -> bool:
    """False, too, where a folder above it may not be entered."""
    try:
        return path.exists()
    except OSError:
        return False


def _writable(journal: Path, folder: Path) -> Finding:
    other = 'Name another file: path = "..." in [journal] of the settings, or '
    mend = f"{other}make it writable: chmod u+w {folder}"
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as error:
        mends = {
            errno.EROFS: f"{other}mount it writable.",
            **dict.fromkeys(_FULL, f"{other}free some room: streamtui sessions prune --help"),
        }
        text = f"{folder}: {error.strerror or error}"
        return _found("folder", "failed", text, mends.get(error.errno or 0, mend))
    if _is_there(journal) and not _may_write(journal):
        mend = f"{other}make it writable: chmod u+w {journal}"
        return _found("folder", "failed", f"{journal} cannot be written", mend)
    return _found("folder", "ok", f"{folder} can be written")


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    text = f"{free / GIGABYTE:.1f} GB free"
    if free < LITTLE:
        return _found(
            "room", "warning", text, "Delete old sessions: streamtui sessions prune --help"
        )
    return _found("room", "ok", text, values={"free_bytes": free})


def _journal(journal: Path) -> Iterator[Finding]:
    from tui.journal.schema import MIGRATIONS  # noqa: PLC0415

    kept = f"Move {journal} away: a new one is made, and the old one stays as it is."
    size = journal.stat().st_size
    try:
        with closing(
            sqlite3.connect(f"{journal.absolute().as_uri()}?mode=ro", uri=True)
        ) as database:
            (said,) = database.execute("PRAGMA quick_check(1)").fetchone()
            (version,) = database.execute("PRAGMA user_version").fetchone()
            (sessions,) = database.execute("SELECT count(*) FROM sessions").fetchone()
    except sqlite3.Error as error:
        yield _found("journal", "failed", f"{journal} cannot be read: {error}", kept)
        return
    if said != "ok":
        yield _found("journal", "failed", f"{journal} is damaged: {said}", kept)
    elif version > len(MIGRATIONS):
        yield _found(
            "journal", "failed", f"{journal} is of a newer version of streamtui", "Update it."
        )
    else:
        yield _found(
            "journal", "ok",
            f"whole: {counted(sessions, 'session')}, {size / MEGABYTE:.1f} MB, version {version}",
            values={"sessions": sessions, "bytes": size, "version": version},
        )  # fmt: skip


def _found(
    check: str,
    status: Status,
    text: str,
    mend: str = "",
    values: Values | None = None,
) -> Finding:
    return Finding(
        area="data", check=check, status=status, text=text, mend=mend, values=values or {}
    )
