"""Exports a stored session to a file: JSON lines, a Markdown document, or a web page."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from tui.core.sanitize.secrets import Masker
from tui.journal import JournalStore, LoadedSession, SessionInfo
from tui.journal.html.html_export import html_page
from tui.journal.markdown_export import markdown
from tui.protocol.codec import encode
from tui.protocol.events import AnswerKept, Event, FollowUpQueued, HistoryChanged, RequestKept
from tui.protocol.request_digests import digest

FORMATS: Final = {"markdown": "md", "html": "html", "jsonl": "jsonl"}
"""Export format → file extension."""


def export_pieces(
    format_: str, info: SessionInfo, loaded: LoadedSession, masker: Masker, *, held: bool
) -> Iterator[bytes]:
    """The file's content, in pieces; ``format_`` is one of `FORMATS`. Raise `JournalError`.

    ``held``: a dashboard has the session open, so its last run may still be running.
    """
    if format_ == "html":
        yield from (piece.encode() for piece in html_page(info, loaded, masker, held=held))
        return
    events = (event for batch in loaded for event in batch)
    if format_ == "jsonl":
        yield from (encode(masked_for_a_file(event, masker)) for event in events)
        return
    # Mask again: a key that was stored in pieces is complete here.
    yield masker.mask(markdown(info.title, events, held=held)).encode()


def masked_for_a_file(event: Event, masker: Masker) -> Event:
    """Mask the history too, which the journal stores unmasked because the provider needs it."""
    if isinstance(event, HistoryChanged):
        items = tuple(_masked_item(item, masker) for item in event.items)
        if items == event.items:
            return event
        digests = event.digests or tuple(digest(bytes(item)) for item in event.items)
        return msgspec.structs.replace(event, items=items, digests=digests)
    if isinstance(event, FollowUpQueued):
        return msgspec.structs.replace(event, message=_masked_item(event.message, masker))
    if isinstance(event, RequestKept | AnswerKept) and event.own:
        own = tuple(
            msgspec.structs.replace(one, item=_masked_item(one.item, masker)) for one in event.own
        )
        return msgspec.structs.replace(event, own=own)
    return event


def _masked_item(item: msgspec.Raw, masker: Masker) -> msgspec.Raw:
    """The same object if there is nothing to mask."""
    value = msgspec.json.decode(item)
    masked = _masked_value(value, masker)
    return item if masked == value else msgspec.Raw(msgspec.json.encode(masked))


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
    format_: str,
    store: JournalStore,
    session: str,
    masker: Masker,
    *,
    overwrite: bool = False,
) -> int:
    """Write a new file, or overwrite one; return how many events could not be read.

    Raise `FileExistsError` or another `OSError`, `JournalError`, `NoSuchSessionError`.
    """
    info = store.find(session)
    loaded = store.load(info.id)
    held = store.is_held(info.id)
    with _written_whole(path, overwrite=overwrite) as file:
        file.writelines(export_pieces(format_, info, loaded, masker, held=held))
    return loaded.skipped


@contextmanager
def _written_whole(path: Path, *, overwrite: bool) -> Iterator[BinaryIO]:
    """A file that has its content once that is complete; an earlier one stays until then."""
    place = path.resolve()
    mode = None
    with suppress(FileNotFoundError):
        there = place.stat().st_mode
        if overwrite and not stat.S_ISREG(there):
            # Such as /dev/stdout, which has no earlier content.
            with place.open("wb") as file:
                yield file
            return
        mode = stat.S_IMODE(there)
    if mode is None or not overwrite:
        # Nobody else may make it meanwhile.
        place.open("xb").close()
    part = place.with_name(f".{place.name[:200]}.{os.urandom(4).hex()}")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            # Otherwise a power cut might leave neither of the two.
            os.fsync(file.fileno())
        if mode is not None:
            part.chmod(mode)
        part.replace(place)
    except BaseException:  # leave nothing half written, whatever stops it
        part.unlink(missing_ok=True)
        if mode is None:
            place.unlink(missing_ok=True)
        raise
