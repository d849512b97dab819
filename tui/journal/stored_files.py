"""Finds the pictures and files of a tool call in a stored session."""

from tui.journal.store import JournalStore
from tui.protocol.events import Attachment, ToolFinished


def files_of(store: JournalStore, session: str, run: str, tool_call: str) -> tuple[Attachment, ...]:
    """What the call made; nothing if it is not stored. Raise `JournalError`."""
    found: tuple[Attachment, ...] = ()
    for batch in store.load(session):
        for event in batch:
            if isinstance(event, ToolFinished) and (event.run, event.tool_call) == (run, tool_call):
                found = event.attachments
    return found
