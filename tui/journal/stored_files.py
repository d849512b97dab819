"""Finds what a tool call made, its long result, and what a message had, in a stored session."""

from collections.abc import Sequence
from contextlib import suppress

import msgspec

from tui.journal.store import JournalStore
from tui.protocol.attached_files import of_part
from tui.protocol.events import Attachment, HistoryChanged, ToolFinished, ToolOutputContinued


def files_of(store: JournalStore, session: str, run: str, tool_call: str) -> tuple[Attachment, ...]:
    """What the call made; nothing if it is not stored. Raise `JournalError`."""
    found: tuple[Attachment, ...] = ()
    for batch in store.load(session):
        for event in batch:
            if isinstance(event, ToolFinished) and (event.run, event.tool_call) == (run, tool_call):
                found = event.attachments
    return found


def rest_of_result(store: JournalStore, session: str, run: str, tool_call: str) -> tuple[str, ...]:
    """What follows the beginning of a long result; nothing if not all is stored.

    Raise `JournalError`.
    """
    pieces: list[str] = []
    for batch in store.load(session):
        for event in batch:
            if isinstance(event, ToolFinished | ToolOutputContinued) and (
                event.run,
                event.tool_call,
            ) == (run, tool_call):
                if isinstance(event, ToolFinished):
                    pieces, whole = [], False
                else:
                    pieces.append(event.text)
                    whole = event.last
    return tuple(pieces) if pieces and whole else ()


def attached_to(store: JournalStore, session: str, run: str, _: str) -> tuple[Attachment, ...]:
    """The pictures and files of the message that began a run. Raise `JournalError`."""
    for batch in store.load(session):
        for event in batch:
            if isinstance(event, HistoryChanged) and event.run == run:
                for item in event.items:
                    if found := _attached(item):
                        return found
    return ()


def newest_attached(
    store: JournalStore, session: str, runs: Sequence[str]
) -> tuple[Attachment, ...]:
    """Of the messages that began these runs, the newest run last: those of the newest with any.

    Raise `JournalError`.
    """
    found: dict[str, tuple[Attachment, ...]] = {}
    for batch in store.load(session):
        for event in batch:
            if isinstance(event, HistoryChanged) and event.run in runs and event.run not in found:
                attached = next(filter(None, map(_attached, event.items)), ())
                if attached:
                    found[event.run] = attached
    return next((found[run] for run in reversed(runs) if run in found), ())


def _attached(item: msgspec.Raw) -> tuple[Attachment, ...]:
    """Of an item, if it is a message of the user's."""
    with suppress(msgspec.DecodeError):
        match msgspec.json.decode(item):
            case {"role": "user", "content": list(parts)}:
                return tuple(one for one in map(of_part, parts) if one is not None)
    return ()
