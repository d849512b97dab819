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
        held=event.held,
        after_cancel=state.cancelling_since is not None,
    )
    before = _place(state, event.key)
    others = _without(state, event.key)
    place = event.place if event.place >= 0 else before
    if before is not None:
        old = state.waiting[before]
        follow_up = msgspec.structs.replace(
            follow_up, held=old.held and not event.steers, after_cancel=old.after_cancel
        )
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
    place = _place(state, event.key)
    asked_for = event.sent and place is not None and state.waiting[place].held
    state.waiting = _without(state, event.key)
    if asked_for:
        # The user has asked for what is held: the others follow in their turn.
        state.waiting = tuple(msgspec.structs.replace(one, held=False) for one in state.waiting)


def hold(state: Conversation) -> None:
    """The run did not end well: what waits is not sent by itself, unless it came after a cancel."""
    state.waiting = tuple(
        msgspec.structs.replace(one, held=not one.after_cancel, steers=False)
        for one in state.waiting
    )


def follow(state: Conversation, *, retry: bool) -> None:
    """Another run begins, and what waits follows it.

    What was held stays so, unless a ``retry`` brings the answer that it was written for.
    """
    state.waiting = tuple(
        msgspec.structs.replace(one, held=one.held and not retry, after_cancel=False)
        for one in state.waiting
    )


def steering(state: Conversation) -> bool:
    """The run was stopped for a message that follows at once."""
    return bool(state.waiting) and state.waiting[0].steers


def _place(state: Conversation, key: str) -> int | None:
    return next((place for place, one in enumerate(state.waiting) if one.key == key), None)


def _without(state: Conversation, key: str) -> tuple[FollowUp, ...]:
    return tuple(one for one in state.waiting if one.key != key)
