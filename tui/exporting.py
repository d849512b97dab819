"""A stored session as a file for others: every event as a JSON line, or a document."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from tui.codec import encode
from tui.events import Event
from tui.journal import JournalStore, LoadedSession, SessionInfo
from tui.journal.export import markdown
from tui.secrets import Masker

FORMS: Final = {"markdown": "md", "jsonl": "jsonl"}
"""What a session can be exported as, and how such a file's name ends."""


def pieces(form: str, info: SessionInfo, loaded: LoadedSession, masker: Masker) -> Iterator[bytes]:
    """The file, in pieces; the form is one of `FORMS`. Raise `JournalError`."""
    return _PIECES[form](info, loaded, masker)


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
        file.writelines(pieces(form, info, loaded, masker))
    return loaded.skipped


def _json_lines(_: SessionInfo, loaded: LoadedSession, __: Masker) -> Iterator[bytes]:
    return (encode(event) for event in _each(loaded))


def _markdown(info: SessionInfo, loaded: LoadedSession, masker: Masker) -> Iterator[bytes]:
    # Each delta was masked when it was stored; here a key that came in pieces is whole again.
    yield masker.mask(markdown(info.title, _each(loaded))).encode()


def _each(loaded: Iterable[list[Event]]) -> Iterator[Event]:
    return (event for events in loaded for event in events)


_PIECES: Final[dict[str, Callable[[SessionInfo, LoadedSession, Masker], Iterator[bytes]]]] = {
    "markdown": _markdown,
    "jsonl": _json_lines,
}
