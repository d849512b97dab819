"""A stored session as a file for others: every event as a JSON line, or a document."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from tui.core.sanitize.secrets import Masker
from tui.journal import JournalStore, LoadedSession, SessionInfo
from tui.journal.markdown_export import markdown
from tui.protocol.codec import encode
from tui.protocol.events import Event, HistoryChanged

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
        yield from (encode(_masked(event, masker)) for event in events)
        return
    # Each delta was masked when it was stored; here a key that came in pieces is whole again.
    yield masker.mask(markdown(info.title, events, held=held)).encode()


def _masked(event: Event, masker: Masker) -> Event:
    """The journal keeps the conversation as the provider needs it; a file for others does not."""
    if not isinstance(event, HistoryChanged):
        return event
    items = (_masked_value(msgspec.json.decode(item), masker) for item in event.items)
    return msgspec.structs.replace(
        event, items=tuple(msgspec.Raw(msgspec.json.encode(item)) for item in items)
    )


def _masked_value(value: object, masker: Masker) -> object:
    match value:
        case str():
            return masker.mask(value)
        case list():
            return [_masked_value(part, masker) for part in value]
        case dict():
            return {name: _masked_value(part, masker) for name, part in value.items()}
        case _:
            return value


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
