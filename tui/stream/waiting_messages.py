"""Messages that wait for the end of a run: queued, edited, moved, dropped, sent in their order.

They are kept as events, so that the journal has them: they survive a cancel, a worker's death and
the end of the program.
"""

import os
from collections.abc import Callable
from typing import Literal

import msgspec

from tui.core.conversation import Conversation, FollowUp
from tui.protocol import events
from tui.protocol.commands import CancelRun, Command
from tui.protocol.events import FollowUpMessage, FollowUpMoved, FollowUpQueued, FollowUpTaken
from tui.stream.run_control import RunControl

Images = tuple[str, ...]


class WaitingMessages:
    """``record`` dispatches an event, which changes the conversation at once."""

    def __init__(
        self,
        control: RunControl,
        send: Callable[[Command], bool],
        conversation: Callable[[], Conversation],
        record: Callable[[events.Event], object],
        now: Callable[[], int],
    ) -> None:
        self._control = control
        self._send = send
        self._conversation = conversation
        self._record = record
        self._now = now

    def submit(
        self, text: str, entered_at: int, images: Images = ()
    ) -> Literal["sent", "queued", "no worker"]:
        """Send a message, or let it wait: for the run's end, or for a worker that can take it."""
        match self._control.submit(text, entered_at, images):
            case "sent":
                return "sent"
            case "busy" | "no worker" as why:
                # It goes before those that are held.
                waiting = self._conversation().waiting
                place = next((at for at, one in enumerate(waiting) if one.held), -1)
                self._queue(FollowUpMessage(text=text, images=images), place=place)
                return "queued" if why == "busy" else "no worker"

    def steer(
        self, text: str, entered_at: int, images: Images = ()
    ) -> Literal["sent", "steering", "no worker"]:
        """Stop the run after its model call, and send this at once.

        A message that was to be sent so already gets this text as its end.
        """
        state = self._conversation()
        if not state.running:
            sent = self.submit(text, entered_at, images)
            return "no worker" if sent != "sent" else "sent"
        first = state.waiting[0] if state.waiting else None
        if first is not None and first.steers:
            message = FollowUpMessage(
                text=f"{first.text}\n\n{text}", images=(*first.images, *images)
            )
            self._queue(message, key=first.key, steers=True)
        else:
            self._queue(FollowUpMessage(text=text, images=images), place=0, steers=True)
        self._stop()
        return "steering"

    def steer_with(self, key: str) -> bool:
        """The same with a message that waits already; False if none has this key."""
        follow_up = self.find(key)
        if follow_up is None or not self._conversation().running:
            return False
        self._queue(_message(follow_up), key=key, place=0, steers=True)
        self._stop()
        return True

    def give_up_steering(self) -> None:
        """The run is cancelled altogether: what was to follow at once waits like the others."""
        for one in self._conversation().waiting:
            if one.steers:
                self._queue(_message(one), key=one.key)

    def find(self, key: str) -> FollowUp | None:
        return next((one for one in self._conversation().waiting if one.key == key), None)

    def edit(self, key: str, text: str, images: Images | None = None) -> bool:
        """Replace a message's text; False if it waits no longer. ``images`` None: as they are."""
        old = self.find(key)
        if old is None:
            return False
        kept = old.images if images is None else images
        self._queue(FollowUpMessage(text=text, images=kept), key=key, steers=old.steers)
        return True

    def drop(self, key: str) -> FollowUp | None:
        """The dropped message, for `put_back`."""
        follow_up = self.find(key)
        if follow_up is not None:
            self._record(FollowUpTaken(at=self._now(), key=key))
        return follow_up

    def put_back(self, follow_up: FollowUp, place: int) -> None:
        self._queue(_message(follow_up), key=follow_up.key, place=place, held=follow_up.held)

    def move(self, key: str, by: int) -> None:
        keys = [one.key for one in self._conversation().waiting]
        if key in keys:
            place = max(0, min(len(keys) - 1, keys.index(key) + by))
            self._record(FollowUpMoved(at=self._now(), key=key, place=place))

    def send_next(self, entered_at: int, *, anyway: bool = False, but: str = "") -> bool:
        """Send the first message, unless a run is in progress; False if none was sent.

        ``anyway``: although the last run did not end well. ``but``: the key of a message that must
        not be sent now.
        """
        state = self._conversation()
        if self._control.held:
            # Those that wait may be another session's in a moment.
            return False
        first = state.waiting[0] if anyway and state.waiting else state.next_to_send
        if first is None or first.key == but or state.running or state.load_problem is not None:
            return False
        sent = self._control.submit(first.text, entered_at, first.images)
        if sent == "no worker" and first.held:
            # The user has decided: they are sent as soon as there is a worker.
            for place, one in enumerate(state.waiting):
                if one.held:
                    self._record(FollowUpTaken(at=self._now(), key=one.key))
                    self._queue(_message(one), key=one.key, place=place)
        if sent != "sent":
            return False
        self._record(FollowUpTaken(at=self._now(), key=first.key, sent=True))
        return True

    def _stop(self) -> None:
        self._send(CancelRun(run=self._conversation().running, mode="after_call"))

    def _queue(
        self,
        message: FollowUpMessage,
        *,
        key: str = "",
        place: int = -1,
        steers: bool = False,
        held: bool = False,
    ) -> None:
        self._record(
            FollowUpQueued(
                at=self._now(),
                key=key or os.urandom(4).hex(),
                text=message.text,
                message=msgspec.Raw(_encoded(message)),
                place=place,
                steers=steers,
                held=held,
            )
        )


def _message(follow_up: FollowUp) -> FollowUpMessage:
    return FollowUpMessage(text=follow_up.text, images=follow_up.images)


def _encoded(message: FollowUpMessage) -> bytes:
    """Its JSON. Lone surrogates have no UTF-8: they become U+FFFD, as in a command."""
    text = message.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return msgspec.json.encode(msgspec.structs.replace(message, text=text))
