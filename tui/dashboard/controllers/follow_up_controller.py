"""Messages that wait for the end of the run: what the keys and the list above the prompt do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.dashboard.commands.command_table import as_typed
from tui.dashboard.prompt.working_folder import working_folder
from tui.stream.waiting_messages import WaitingMessages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.core.conversation import FollowUp
    from tui.dashboard.chat.waiting_list import Deed
    from tui.dashboard.screens.main_screen import MainScreen
    from tui.stream.run_control import RunControl


class FollowUpController:
    """Keeps the list up to date, and brings a message into the prompt to edit it."""

    def __init__(self, screen: MainScreen, control: RunControl) -> None:
        self._screen = screen
        self.waiting = WaitingMessages(
            control,
            screen.source.send,
            lambda: screen.conversation,
            lambda event: screen.dispatcher.dispatch([event]),
            screen.source.now,
        )
        self.editing = ""
        """The key of the message that is in the prompt."""
        self.draft = ""
        """What was in the prompt before."""
        self._begun_as = ""
        """What the prompt showed when the edit began."""
        self._dropped: list[tuple[FollowUp, int]] = []

    def refresh(self) -> None:
        state = self._screen.conversation
        if self.waiting.find(self.editing) is None:
            # It is not sent while it is edited: another session was opened.
            self.abandon()
        self._screen.waiting_list.show(
            state.waiting,
            running=bool(state.running),
            editing=self.editing,
        )

    def send_next(self, *, anyway: bool = False) -> bool:
        """Send the first message if it may be sent now."""
        now = self._screen.source.now()
        sent = self.waiting.send_next(now, anyway=anyway, but=self.editing)
        if sent:
            self._screen.dispatcher.tick()
        return sent

    def steer_with_first(self) -> bool:
        """Send the first message at once; False if none waits."""
        waiting = self._screen.conversation.waiting
        if not waiting:
            return False
        self.do("steer", waiting[0].key)
        return True

    @property
    def attached(self) -> Sequence[str]:
        """The files of the message that is edited, as addresses."""
        follow_up = self.waiting.find(self.editing)
        return follow_up.images if follow_up is not None else ()

    @property
    def is_changed(self) -> bool:
        """The edited message is no longer what it was."""
        return bool(self.editing) and self._screen.prompt.whole != self._begun_as

    def recall(self, shown: str) -> None:
        """Up in an empty prompt, which shows an earlier one: edit what was entered last."""
        waiting = self._screen.conversation.waiting
        if not waiting or self.editing:
            return
        newest = next((one for one in reversed(waiting) if not one.held), waiting[-1])
        text = self._typed(newest)
        if self._screen.prompt.recalled(shown, text):
            self.editing, self.draft, self._begun_as = newest.key, "", text
            self._screen.prompt.focus()
            self._screen.runs.refresh()

    def do(self, deed: Deed, key: str) -> None:
        match deed:
            case "edit":
                self._edit(key)
            case "drop":
                self._drop(key)
            case "put back":
                self._put_back()
            case "up" | "down":
                self.waiting.move(key, -1 if deed == "up" else 1)
            case "steer" if not self.waiting.steer_with(key):
                self.waiting.move(key, -len(self._screen.conversation.waiting))
                self.send_next(anyway=True)
            case _:
                pass
        self._screen.runs.refresh()

    def finish_edit(self, text: str, attached: tuple[str, ...]) -> bool:
        """The edited message was entered; False if none is edited, or it waits no longer."""
        if not self.editing:
            return False
        done = self.waiting.edit(self.editing, text, attached)
        self._leave()
        return done

    def leave_edit(self) -> bool:
        """Leave the message as it was; False if none is edited."""
        if not self.editing:
            return False
        self._screen.prompt.take()
        self._leave()
        return True

    def _edit(self, key: str) -> None:
        follow_up = self.waiting.find(key)
        if follow_up is None:
            return
        prompt = self._screen.prompt
        if key != self.editing:
            self._set_aside()
            if not self.editing:
                self.draft = prompt.whole
            self.editing, self._begun_as = key, self._typed(follow_up)
            prompt.put(self._begun_as)
        prompt.focus()

    def _typed(self, follow_up: FollowUp) -> str:
        """A message as it has to be typed."""
        # Not before the first frame.
        from tui.dashboard.prompt.mentions import typed_again  # noqa: PLC0415

        return as_typed(typed_again(follow_up.text, working_folder(), follow_up.images))

    def _set_aside(self) -> None:
        """Keep what was changed in the edited message."""
        if self.is_changed:
            self._screen.prompt.set_aside(self._screen.prompt.whole)

    def abandon(self) -> None:
        """Another conversation is shown: the edited message stays in its own as it was."""
        if self.editing:
            self._set_aside()
            self.editing, draft, self.draft = "", self.draft, ""
            self._screen.prompt.put(draft)

    def _leave(self) -> None:
        self.editing, draft, self.draft = "", self.draft, ""
        prompt = self._screen.prompt
        if draft and prompt.draft:
            # Typed after the key that ended the edit: it is the next message.
            prompt.set_aside(draft)
        elif draft:
            prompt.put(draft)
        # The run may have ended meanwhile.
        self._screen.runs.send_queued()
        self._screen.runs.refresh()

    def _drop(self, key: str) -> None:
        keys = [one.key for one in self._screen.conversation.waiting]
        dropped = self.waiting.drop(key)
        if dropped is None:
            return
        self._dropped.append((dropped, keys.index(key)))
        if key == self.editing:
            self.leave_edit()
        if len(keys) == 1:
            self._screen.prompt.focus()
            self._screen.tell("Dropped. /unqueue brings it back.")

    def _put_back(self) -> None:
        if self._dropped:
            self.waiting.put_back(*self._dropped.pop())
        else:
            self._screen.tell("No message was dropped.")

    def put_back(self) -> None:
        """Bring the dropped message back."""
        self.do("put back", "")
