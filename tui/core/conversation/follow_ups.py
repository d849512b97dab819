"""Messages that wait for the end of the run, in the order in which they will be sent."""

import msgspec

from tui.core.conversation.conversation import Conversation
from tui.core.conversation.items import FollowUp
from tui.protocol import events


def queued(state: Conversation, event: events.FollowUpQueued) -> None:
    try:
        message = msgspec.json.decode(event.message, type=events.FollowUpMessage)
    except msgspec.MsgspecError:
        message = events.FollowUpMessage(text=event.text)
    follow_up = FollowUp(
        key=event.key,
        text=message.text,
        shown=event.text,
        images=message.images,
        steers=event.steers,
        after_cancel=state.cancelling_since is not None,
    )
    before = _place(state, event.key)
    others = _without(state, event.key)
    place = event.place if event.place >= 0 else before
    if before is not None:
        old = state.waiting[before]
        follow_up = msgspec.structs.replace(follow_up, held=old.held, after_cancel=old.after_cancel)
    elif follow_up.after_cancel and place is None:
        place = next((at for at, one in enumerate(others) if not one.after_cancel), None)
    place = len(others) if place is None else min(place, len(others))
    state.waiting = (*others[:place], follow_up, *others[place:])


def moved(state: Conversation, event: events.FollowUpMoved) -> None:
    before = _place(state, event.key)
    if before is not None:
        others = _without(state, event.key)
        place = max(0, min(event.place, len(others)))
        state.waiting = (*others[:place], state.waiting[before], *others[place:])


def taken(state: Conversation, event: events.FollowUpTaken) -> None:
    state.waiting = _without(state, event.key)


def hold(state: Conversation) -> None:
    """The run did not end well: what waits is not sent by itself, unless it came after a cancel."""
    _mark(state, held=True)


def release(state: Conversation) -> None:
    """Another run begins: what waits follows it."""
    _mark(state, held=False)


def steering(state: Conversation) -> bool:
    """The run was stopped for a message that follows at once."""
    return bool(state.waiting) and state.waiting[0].steers


def _mark(state: Conversation, *, held: bool) -> None:
    state.waiting = tuple(
        msgspec.structs.replace(
            one,
            held=held and not one.after_cancel,
            steers=one.steers and not held,
            after_cancel=one.after_cancel and held,
        )
        for one in state.waiting
    )


def _place(state: Conversation, key: str) -> int | None:
    return next((place for place, one in enumerate(state.waiting) if one.key == key), None)


def _without(state: Conversation, key: str) -> tuple[FollowUp, ...]:
    return tuple(one for one in state.waiting if one.key != key)
