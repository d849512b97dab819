"""Sends, queues, cancels and retries messages, undoes retries, reacts to the end of a run."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from tui.core.sanitize.characters import clean_line
from tui.dashboard.commands.command_table import (
    Entered,
    as_typed,
    by_slash,
    message_in,
    parse_slash,
)
from tui.dashboard.controllers.follow_up_controller import FollowUpController
from tui.dashboard.prompt.choices import Choice
from tui.dashboard.prompt.working_folder import working_folder
from tui.protocol import events
from tui.protocol.commands import CancelTool
from tui.stream.run_control import QUIT_WINDOW, RunControl

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.core.conversation import Step
    from tui.core.metrics import Figure
    from tui.dashboard.prompt.mentions import Message
    from tui.dashboard.screens.main_screen import MainScreen

RETRY_WINDOW = 10.0
"""Seconds within which a second key confirms a retry."""

SECOND_ESCAPE = 500_000_000
"""Nanoseconds: an Esc that follows faster is the first one, held down."""


class RunController:
    """Carries out the commands about runs and keeps the screen up to date during one."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.control = RunControl(
            screen.source.send,
            lambda: screen.conversation,
            screen.note,
            screen.mask,
        )
        self.follow_ups = FollowUpController(screen, self.control)
        self._quit_armed = 0.0
        self.confirm_retry = True
        """Ask before a retry undoes a turn that ran tools or cost money."""
        self._retry_armed = ("", 0.0)
        """The run whose retry the next key confirms, and since when: `time.monotonic()`."""
        self._undoing = False
        """The worker was asked to undo a retry, and has not answered."""
        self._was_running = False
        """Whether a run was in progress at the newest step that the screen has shown."""
        screen.prompt.completion.saved = self.saved_prompts
        screen.prompt.answers_recalls = True

    def submit(self, text: str, entered_at: int) -> None:
        """Enter was pressed: perform a slash command, or send or queue a message."""
        entered = parse_slash(text)
        if entered is None:
            self.send(text, entered_at)
        elif (saved := self._saved_text(entered)) is None:
            self._screen.enter_command(entered)
        elif saved:
            self.send(saved, entered_at)

    def saved_prompts(self) -> Sequence[Choice]:
        """Prompts from files, for the menu; a command of the same name hides one."""
        from tui.core.config.saved_prompts import (  # noqa: PLC0415 - not for the first frame
            prompts_folder,
            saved_prompts,
        )

        hidden = by_slash(self._screen.commands)
        return [
            Choice(f"/{one.name}", f"/{one.name} [words]", clean_line(one.about), more=True)
            for one in saved_prompts(prompts_folder())
            if one.name not in hidden
        ]

    def _saved_text(self, entered: Entered) -> str | None:
        """The text of a prompt from a file; None if it is no such prompt, "" if it is unusable."""
        from tui.core.config.saved_prompts import (  # noqa: PLC0415 - only commands need it
            SavedPromptError,
            prompts_folder,
            saved_text,
        )

        if entered.command is not None:
            return None
        try:
            return saved_text(prompts_folder(), entered.word, entered.argument)
        except SavedPromptError as error:
            self.to_draft(f"/{entered.word} {entered.argument}".strip(), typed=True)
            self._screen.tell(f"Not sent: {error}.")
            return ""

    def send(self, text: str, entered_at: int) -> None:
        """Send or queue a message, once the session that is being opened is there."""
        self._once_shown(as_typed(text), partial(self._send, text, entered_at))

    def _send(self, text: str, entered_at: int) -> None:
        screen = self._screen
        if screen.conversation.load_problem is not None:
            self.to_draft(text)
            screen.tell("There is no agent to send it to. It is loaded when its files change.")
            return
        message = self._with_files(text)
        if message is None or self.follow_ups.finish_edit(message.text, message.attached):
            return
        at = entered_at + screen.source.clock_offset
        if self.follow_ups.waiting.submit(message.text, at, message.attached) == "sent":
            screen.dispatcher.tick()
        self.refresh()

    def _once_shown(self, typed: str, do: Callable[[], object]) -> None:
        """Do it once the session that is being opened is shown.

        If what was typed edits a message that waits in the one before, it is a draft again.
        """
        editing = self.follow_ups.editing

        def do_unless_left() -> None:
            if editing and editing != self.follow_ups.editing:
                self.to_draft(typed, typed=True)
                self._screen.tell("Not sent: the message that it edits waits in another session.")
            else:
                do()

        self._screen.sessions.changes.then(do_unless_left)

    def _with_files(self, text: str) -> Message | None:
        """The message with the files that it names; if one cannot be sent, it is a draft again."""
        # Not before the first frame.
        from tui.dashboard.prompt.mentions import message_of  # noqa: PLC0415
        from tui.protocol.attached_files import AttachmentError  # noqa: PLC0415

        try:
            return message_of(text, working_folder(), self.follow_ups.attached)
        except AttachmentError as error:
            self.to_draft(text)
            self._screen.tell(f"Not sent: {error}.")
            return None

    def steer(self, text: str = "") -> None:
        """Send a message without waiting for the end of the run.

        It is the text, or else what is in the prompt, or else the first that waits.
        """
        typed = "" if text else self._screen.prompt.take()
        self._once_shown(as_typed(text) if text else typed, partial(self._steer, text, typed))

    def _steer(self, text: str, typed: str) -> None:
        screen, editing = self._screen, self.follow_ups.editing
        entered = parse_slash(typed)
        if entered is not None and (saved := self._saved_text(entered)) is not None:
            if not saved:
                return
            text, entered = saved, None
        text = text or message_in(typed)
        if not text.strip():
            if not self.follow_ups.steer_with_first():
                key = screen.key("steer")
                screen.tell(f"Type a message, then press {key}: it is sent after this model call.")
        elif entered is not None:
            screen.enter_command(entered)
        elif (message := self._with_files(text)) is None:
            return
        elif editing and self.follow_ups.finish_edit(message.text, message.attached):
            self.follow_ups.do("steer", editing)
        elif screen.conversation.load_problem is not None or self.control.held:
            self.send(text, time.monotonic_ns())
        else:
            at = screen.source.now()
            if self.follow_ups.waiting.steer(message.text, at, message.attached) == "sent":
                screen.dispatcher.tick()
            self.refresh()

    def escape(self) -> None:
        """Leave an edited message, or cancel the run; else restore a pane, or go to the prompt."""
        if not (self._screen.prompt.has_focus and self.follow_ups.leave_edit()):
            self.cancel()

    def cancel(self) -> None:
        """Cancel the run; if there is none, restore a maximised pane; else go to the prompt."""
        screen = self._screen
        self.follow_ups.waiting.give_up_steering()
        match self.control.cancel(time.monotonic_ns()):
            case "cancelling":
                screen.dispatcher.tick()
            case "again":
                self._escape_again()
            case "idle":
                ended = screen.loaded and screen.views.end_search()
                if not ended and not screen.panes.restore():
                    screen.prompt.focus()

    def interrupt(self) -> None:
        """Ctrl+C: copy, cancel, clear the draft, or quit."""
        screen = self._screen
        selected = screen.get_selected_text() or screen.prompt.selected_text
        if selected:
            screen.views.copy(selected, "the selection")
        elif screen.conversation.running:
            self.cancel()
        elif self.follow_ups.leave_edit():
            pass
        elif screen.prompt.text:
            screen.prompt.take()
        else:
            self.arm_quit()

    def arm_quit(self) -> None:
        """Quit at the second of two keys."""
        if time.monotonic() - self._quit_armed < QUIT_WINDOW:
            self._screen.app.exit()
        else:
            self._quit_armed = time.monotonic()
            self._screen.tell(f"Press {self._screen.key('interrupt')} again to quit.")

    def retry(self) -> None:
        screen, run = self._screen, self._screen.conversation.run
        now = time.monotonic()
        id_ = run.id if run is not None else ""
        again = self.asks_to_retry and self._retry_armed[0] == id_
        confirmed = again or not self.confirm_retry
        self._retry_armed = ("", 0.0)
        cost = self._cost()
        spends = cost is not None and cost.value > 0
        match self.control.retry(screen.source.now(), confirmed=confirmed, spent=spends):
            case "confirm":
                from tui.core.metrics.figure_text import (  # noqa: PLC0415 - not for the first frame
                    cost_text,
                    shown,
                )

                self._retry_armed = (id_, now)
                tools = "ran tools" if run is not None and run.ran_tools else ""
                spent = f"cost {shown(cost, cost_text)}" if cost and cost.value else ""
                did = " and ".join(filter(None, (tools, spent)))
                key = screen.key("retry")
                screen.tell(f"The last turn {did}. {key} again undoes it and runs it once more.")
            case "draft":
                if self.to_draft(screen.conversation.returned_prompt):
                    screen.tell("That message was not sent. It is in the prompt again.")
            case "busy":
                screen.tell(f"A run is in progress. {screen.key('escape')} cancels it.")
            case "nothing":
                screen.tell("There is nothing to retry yet.")
            case "no worker":
                screen.tell(screen.reloads.why_no_worker)
            case _:
                self.refresh()

    def undo_retry(self) -> None:
        """Bring back what the last retry took back."""
        screen = self._screen
        match self.control.undo_retry(screen.source.now()):
            case "sent":
                self._undoing = True
                self.refresh()
            case "busy":
                screen.tell("The retry has not begun. Try again in a moment.")
            case "too late":
                screen.tell("A message was sent after the retry, so it can no longer be undone.")
            case "nothing":
                screen.tell(f"There is no retry to undo. {screen.key('retry')} retries a turn.")
            case "no worker":
                screen.tell(screen.reloads.why_no_worker)

    @property
    def asks_to_retry(self) -> bool:
        """Whether the retry key confirms what it asked about."""
        return bool(self._retry_armed[0]) and time.monotonic() - self._retry_armed[1] < RETRY_WINDOW

    def _cost(self) -> Figure | None:
        """What the last turn has cost, in dollars."""
        turn = self._screen.dispatcher.figures().turn
        return turn.tokens.cost if turn is not None else None

    def stop_after_call(self) -> None:
        if self.control.cancel(time.monotonic_ns(), mode="after_call") == "cancelling":
            self._screen.tell("The run stops after this model call.")

    def cancel_tool(self) -> None:
        row = self._screen.tools.to_cancel()
        if row is None or row.call is None:
            there, cancel = self._screen.key("show_tools"), self._screen.key("cancel_tool")
            self._screen.tell(f"Go to a running tool with {there}, then press {cancel}.")
        elif row.call.blocks:
            name, cancel = row.call.name, self._screen.key("escape")
            self._screen.tell(
                f"{name} blocks the agent's event loop. Press {cancel} twice to end it."
            )
        else:
            self._screen.source.send(CancelTool(tool_call=row.key))

    def quit(self) -> None:
        screen = self._screen
        if screen.conversation.running:
            screen.ask("A run is in progress. Quit anyway?", screen.app.exit)
        else:
            screen.app.exit()

    def to_draft(self, text: str, *, typed: bool = False) -> bool:
        """Put an unsent message into the prompt; False if that has a draft, and after saying so.

        ``typed``: the text is as it was typed, a command for instance.
        """
        return self._screen.give_back(text if typed else as_typed(text))

    def send_queued(self, *, anyway: bool = False) -> None:
        """Send the first queued message, unless a run is in progress.

        ``anyway``: although the last run did not end well.
        """
        if self.follow_ups.send_next(anyway=anyway):
            self.refresh()

    def recall_queued(self, shown: str) -> None:
        """Edit the last queued message in the prompt, which shows an earlier one."""
        self.follow_ups.recall(shown)
        for message in self._screen.prompt.recall_over():
            self._screen.prompt_submitted(message)

    def refresh(self) -> None:
        """Update the queued messages and the hints; the ticker runs only during a run."""
        screen, state = self._screen, self._screen.conversation
        self.follow_ups.refresh()
        running = bool(state.running)
        (screen.ticker.resume if running else screen.ticker.pause)()
        screen.hints.show(running=running, can_retry=state.can_retry)

    def follow(self, step: Step) -> None:
        """React to a live event."""
        match step.event:
            case events.RunFinished():
                self._ended()
            case events.RetryUndone() | events.UndoRefused():
                self._undo_answered(step.event)
            case events.WorkerExited(expected=expected):
                if self._undoing:
                    self._undo_answered(None)
                if self._was_running or not expected:
                    self._ended()
                else:
                    self.refresh()
            case (
                events.WorkerHeard() | events.RunStarted()
                | events.AttemptStarted() | events.RetryScheduled()
            ):  # fmt: skip
                self.refresh()
            case events.WorkerSilent():
                self._screen.ticker.resume()
            case _:
                pass
        self._was_running = bool(self._screen.conversation.running)

    def _undo_answered(self, event: events.RetryUndone | events.UndoRefused | None) -> None:
        """The worker has undone a retry or refused to; None: it ended before that."""
        screen, key = self._screen, self._screen.key("undo_retry")
        self._undoing = False
        match event:
            case events.RetryUndone():
                screen.tell(f"The retry is undone. {key} again shows its answer.")
            case events.UndoRefused(reason=reason):
                screen.tell(f"The retry cannot be undone: {reason}.")
            case None:
                screen.tell(f"The agent's process ended before the retry was undone. {key} again.")
        self.refresh()
        if not screen.sessions.run_ended() and event is not None:
            self.send_queued()

    def _ended(self) -> None:
        screen = self._screen
        screen.dismiss_approvals()
        self.to_draft(screen.conversation.returned_prompt)
        self.refresh()
        # If the agent is reloaded, the queued message is sent when that is done.
        reloads = screen.reloads.reload_if_changed()
        # It belongs to this session, and stays in it if another one is shown now.
        if not screen.sessions.run_ended() and not reloads:
            self.send_queued()

    def _escape_again(self) -> None:
        since = self._screen.conversation.cancelling_since or 0
        if time.monotonic_ns() - since > SECOND_ESCAPE:
            self._screen.tell("The agent's process restarts. The conversation stays.")
            self._screen.source.restart()
