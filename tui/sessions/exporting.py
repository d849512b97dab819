"""A stored session as a file for others: every event as a JSON line, or a document."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tui.codec import encode
from tui.journal import JournalStore, LoadedSession, SessionInfo
from tui.journal.export import markdown
from tui.sanitize.secrets import Masker
from tui.sessions.open_run import mended

FORMS: Final = {"markdown": "md", "jsonl": "jsonl"}
"""What a session can be exported as, and how such a file's name ends."""


def pieces(
    form: str, info: SessionInfo, loaded: LoadedSession, masker: Masker, *, held: bool
) -> Iterator[bytes]:
    """The file, in pieces; the form is one of `FORMS`. Raise `JournalError`.

    ``held``: a dashboard goes on with the session, so that its last run need not have an end.
    """
    events = (event for batch in loaded for event in batch)
    if form == "jsonl":
        yield from map(encode, events)
        return
    # Each delta was masked when it was stored; here a key that came in pieces is whole again.
    yield masker.mask(markdown(info.title, mended(events, held=held))).encode()


def export_to(
    path: Path,
    form: str,
    store: JournalStore,
    session: str,
    masker: Masker,
    *,
    overwrite: bool = False,
) -> int:
    """Write a file, by default one that is not there yet; how many events could not be read.

    Raise `FileExistsError` or another `OSError`, `JournalError`, `NoSuchSessionError`.
    """
    info = store.find(session)
    loaded = store.load(info.id)
    with path.open("wb" if overwrite else "xb") as file:
        file.writelines(pieces(form, info, loaded, masker, held=store.is_held(info.id)))
    return loaded.skipped
