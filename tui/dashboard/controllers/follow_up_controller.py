"""Messages that wait for the end of the run: what the keys and the list above the prompt do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.dashboard.commands.command_table import as_typed
from tui.stream.waiting_messages import WaitingMessages

if TYPE_CHECKING:
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
        self._draft = ""
        """What was in the prompt before."""
        self._dropped: list[tuple[FollowUp, int]] = []

    def refresh(self) -> None:
        state = self._screen.conversation
        if self.editing and self.waiting.find(self.editing) is None:
            # It is not sent while it is edited: another session was opened.
            self.editing = self._draft = ""
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

    def recall(self) -> None:
        """Up in an empty prompt: edit the message that was entered last."""
        waiting = self._screen.conversation.waiting
        if waiting and not self.editing:
            # It replaces the earlier prompt that the same key has put there.
            self._screen.prompt.put("")
            self.do("edit", waiting[-1].key)

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
        done = self.waiting.edit(
            self.editing, text, None if "@" in text and not attached else attached
        )
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
        if not self.editing:
            self._draft = prompt.whole
        self.editing = key
        prompt.put(as_typed(follow_up.text))
        prompt.focus()

    def _leave(self) -> None:
        self.editing, draft, self._draft = "", self._draft, ""
        if draft:
            self._screen.prompt.put(draft)
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
