"""Brings back the turn that a retry has taken back."""

import msgspec

from tui.protocol.commands import UndoRetry
from tui.protocol.events import RetryUndone
from tui.worker.input_items import call_id_of, common_prefix, settled
from tui.worker.io.emitter import Emitter
from tui.worker.observer import Observer


def refusal_of_undo(observer: Observer, command: UndoRetry, *, running: str) -> str:
    """Why it cannot be brought back; "" if it can. ``running``: the run in progress, if any."""
    if running and running != command.run:
        return "another run is in progress"
    if command.history is None:
        return "there is no retry to undo"
    server = observer.ledger.server
    before = [msgspec.json.decode(item) for item in command.history.items]
    shared = common_prefix(observer.ledger.items, before)
    if server.keeps_after(shared) or (running and server.conversation and server.active):
        return (
            f"the server's conversation {server.conversation} keeps the retry, and no other answer "
            "can be put in its place there. Nothing has changed"
        )
    return ""


def undo_retry(observer: Observer, command: UndoRetry) -> None:
    """Make the ledger what it was before the retry, and report that. No run may be in progress."""
    history = command.history
    assert history is not None
    ledger = observer.ledger
    with observer.writer.together():
        Emitter(observer.writer, run=command.run).emit(RetryUndone, restored=command.restored)
        ledger.bring_back(history.items, history.agent or ledger.agent, history.marks)
        observer.set_history(settled(ledger.items))
    for call_id in (*history.calls, *map(call_id_of, ledger.items)):
        observer.ids.reserve(call_id)
