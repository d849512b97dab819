"""How a retry puts a turn aside, and how that is undone."""

from tui.core.answers_aside import brought_back, put_aside
from tui.core.conversation.conversation import Conversation, Run, TakenBack
from tui.core.conversation.items import Change
from tui.core.conversation.requests import UndoSent
from tui.protocol import events


def begin_turn(state: Conversation) -> None:
    """Another message follows: what was taken back before it stays so."""
    state.undo_passed = state.undo_passed or bool(state.taken_back)
    state.taken_back = ()


def take_back(state: Conversation, run: Run | None) -> None:
    """A retry begins: put the newest turn aside, whose last run was ``run``."""
    state.undo_passed = False
    message = state.user_message
    state.taken_back = put_aside(state.taken_back, TakenBack(run=run, message=message))
    if message is not None:
        state.change(Change("removed", message))


def undo_sent(state: Conversation, _: UndoSent) -> None:
    state.undoing = True


def undo_refused(state: Conversation, _: events.UndoRefused) -> None:
    state.undoing = False


def retry_undone(state: Conversation, _: events.RetryUndone) -> None:
    """Put the newest turn aside, and the one that was put aside last in its place."""
    state.undoing = False
    if not state.taken_back:
        return
    run = state.run if state.run is not None and state.run.begun else state.before
    newest = TakenBack(run=run, message=state.user_message)
    back, state.taken_back = brought_back(state.taken_back, newest)
    if state.user_message is not None:
        state.change(Change("removed", state.user_message))
    state.run, state.user_message, state.message_before = back.run, back.message, None
    state.before = None
    state.tools.clear()
    state.spoken.clear()
    if back.message is not None:
        state.change(Change("restored", back.message))
