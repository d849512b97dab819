"""Finds what a tool call made, and its long result, in a stored session."""

from tui.journal.store import JournalStore
from tui.protocol.events import Attachment, ToolFinished, ToolOutputContinued


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
