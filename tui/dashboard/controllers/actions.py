"""What each command of the table does on the main screen.

What a command shows on top of the dashboard is imported when it does: the first frame, which this
is needed for, does not wait for it.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from textual.timer import Timer
from textual.widgets import Static

from tui.core.formatting import one_line
from tui.core.sanitize.characters import clean_line
from tui.dashboard import command_table
from tui.dashboard.chat.prompt import Prompt
from tui.dashboard.command import Commands
from tui.dashboard.command_table import Entered, key_words
from tui.dashboard.controllers.reloading import Reloading
from tui.dashboard.screens.heading import Heading
from tui.dashboard.screens.hints import Hints
from tui.dashboard.screens.listing import Listing
from tui.dashboard.screens.pane_layout import PaneLayout
from tui.dashboard.screens.question import Question
from tui.protocol.commands import CancelTool, SetModel
from tui.stream.run_control import RunControl
from tui.stream.supervisor import Supervisor

if TYPE_CHECKING:
    from rich.console import RenderableType

    from tui.dashboard.chat.chat_pane import ChatPane
    from tui.dashboard.tools.tool_log import ToolLog
    from tui.dashboard.transcript import Pace
    from tui.stream.dispatcher import Dispatcher

QUIT_WINDOW = 2.0
"""Seconds in which a second Ctrl+C quits."""

SECOND_ESCAPE = 500_000_000
"""Nanoseconds: an Esc sooner after the first one is the same key, held down."""


class MainActions(Reloading, PaneLayout):
    """Mixed into the main screen: the action of every command of its own."""

    supervisor: Supervisor
    dispatcher: Dispatcher
    control: RunControl
    chat: ChatPane
    tools: ToolLog
    prompt: Prompt
    queued_line: Static
    hints: Hints
    mask: Callable[[str], str] = staticmethod(str)
    """Hides keys in what the person has typed, where it is shown again."""
    ticker: Timer
    commands: Commands
    heading: Heading

    def __init__(self) -> None:
        super().__init__()
        self._quit_armed = 0.0

    def submit(self, text: str, entered_at: int) -> None:
        """Enter: a slash command, a message to send, or one to queue."""
        entered = command_table.parse_slash(text)
        if entered is not None:
            self._slash(entered)
            return
        if self.load_problem is not None:
            self.to_draft(text)
            self.tell("There is no agent to send it to. It is loaded when its files change.")
            return
        sent, run = self.control.submit(text, entered_at + self.supervisor.clock_offset)
        match sent:
            case "full":
                self.to_draft(text)
                back = self.key("prompt.earlier")
                self.tell(f"A message is queued already. {back} in an empty prompt brings it back.")
            case "sent":
                self.chat.sent(self.mask(text), run)
                self.dispatcher.tick()
            case _:
                pass
        self.show_queued()
        self.refresh_hints()

    def action_escape(self) -> None:
        match self.control.cancel(time.monotonic_ns()):
            case "cancelling":
                self.dispatcher.tick()
            case "again":
                self._escape_again()
            case "idle":
                if not self.restore_panes():
                    self.prompt.focus()

    def cancel_first(self) -> bool:
        """Esc while something stands on top of the dashboard: whether a run was cancelled by it."""
        if not self.control.running or self.control.cancelling_since is not None:
            return False
        self.action_escape()
        return True

    def action_interrupt(self) -> None:
        selected = self.get_selected_text() or self.prompt.selected_text
        if selected:
            self.copy(selected, "the selection")
        elif self.control.running:
            self.action_escape()
        elif self.prompt.text:
            self.prompt.take()
        elif time.monotonic() - self._quit_armed < QUIT_WINDOW:
            self.app.exit()
        else:
            self._quit_armed = time.monotonic()
            self.tell(f"Press {self.key('interrupt')} again to quit.")

    def action_retry(self, confirmed: bool = False) -> None:
        entered_at = time.monotonic_ns() + self.supervisor.clock_offset
        match self.control.retry(entered_at, confirmed=confirmed):
            case "confirm":
                self.ask(
                    "The last turn ran tools. Undo it and run them again?",
                    lambda: self.action_retry(confirmed=True),
                )
            case "draft":
                self.to_draft(self.control.prompt)
                self.tell("That message was not sent. It is in the prompt again.")
            case "busy":
                self.tell(f"A run is in progress. {self.key('escape')} cancels it.")
            case "nothing":
                self.tell("There is nothing to retry yet.")
            case "no worker":
                self.tell("The agent is starting. Try again in a moment.")
            case _:
                self.refresh_hints()

    def action_stop_after_call(self) -> None:
        if self.control.cancel(time.monotonic_ns(), mode="after_call") == "cancelling":
            self.tell("Stops after this model call.")

    def action_cancel_tool(self) -> None:
        row = self.tools.to_cancel()
        if row is None:
            there, cancel = self.key("show_tools"), self.key("cancel_tool")
            self.tell(f"Go to a running tool with {there}, then press {cancel}.")
        elif row.blocks:
            cancel = self.key("escape")
            self.tell(f"{row.name} blocks the agent's event loop. Press {cancel} twice to end it.")
        else:
            self.supervisor.send(CancelTool(tool_call=row.key))

    def action_help(self) -> None:
        from tui.dashboard.screens.help_text import help_body

        off = self.dispatcher.figures().session.tokens.estimate_error
        self.read("Help", help_body(off, self.commands))

    def action_show_chat(self) -> None:
        self.go_to_pane("chat")

    def action_show_tools(self) -> None:
        self.go_to_pane("tools")

    def action_show_performance(self) -> None:
        self.go_to_pane("performance")

    def action_toggle_reasoning(self) -> None:
        self.chat.transcript.toggle_reasoning()

    def action_search(self) -> None:
        self.action_complete_slash("search")

    def action_next_hit(self) -> None:
        self.chat.transcript.next_hit()

    def action_previous_hit(self) -> None:
        self.chat.transcript.previous_hit()

    def action_reload(self) -> None:
        if self.control.running:
            self.tell(f"A run is in progress. {self.key('escape')} cancels it.")
            return
        self.reload_agent()

    def action_redraw(self) -> None:
        self.app.refresh(layout=True)

    def action_suspend(self) -> None:
        self.app.action_suspend_process()

    def action_palette(self) -> None:
        self.app.action_command_palette()

    def action_quit(self) -> None:
        if self.control.running:
            self.ask("A run is in progress. Quit anyway?", self.app.exit)
        else:
            self.app.exit()

    def action_faults(self) -> None:
        from tui.dashboard.screens.report_tables import faults_table
        from tui.demo.faults import FAULTS

        self.read("Faults that the demo can act out", faults_table(FAULTS))

    def action_history(self) -> None:
        from tui.dashboard.screens.report_tables import history_table

        self.read("History", history_table(self.dispatcher.figures().turns))

    def action_stats(self) -> None:
        from tui.dashboard.screens.report_tables import stats_table

        self.read("Statistics", stats_table(self.dispatcher.figures()))

    def action_model(self, name: str = "") -> None:
        self.supervisor.model = name
        self.supervisor.send(SetModel(model=name))
        self.tell(f"Model from the next turn on: {name or 'its own'}.")

    def action_theme(self, name: str = "") -> None:
        if not name:
            self.app.search_themes()
        elif name in self.app.available_themes:
            self.app.theme = name
        else:
            self.tell(f"No theme {name!r}. There are: {', '.join(self.app.available_themes)}.")

    def action_pace(self, pace: str = "") -> None:
        if pace in {"instant", "smooth"}:
            self.chat.transcript.set_pace(cast("Pace", pace))
        elif pace.isascii() and pace.isdigit() and 30 <= int(pace) <= 10_000:
            self.chat.transcript.set_pace(int(pace))
        else:
            self.tell("/pace instant, /pace smooth, or words per minute (30 to 10000).")
            return
        self.tell(f"Display pace: {pace}.")

    def action_complete_slash(self, slash: str) -> None:
        """Begin a slash command in the prompt: it wants an argument."""
        self.prompt.put(f"/{slash} ")
        self.prompt.focus()

    def to_draft(self, text: str) -> None:
        """Give a message back that did not go out; what is being typed stays."""
        if text and not self.prompt.text:
            self.prompt.put(text)

    def send_waiting(self) -> None:
        """The queued message goes out as soon as nothing runs."""
        if self.control.queued and not self.control.running:
            text = self.control.take_queued()
            self.show_queued()
            self.submit(text, time.monotonic_ns())

    def show_queued(self) -> None:
        """The message that waits, on a line of its own above the prompt."""
        waiting = self.control.queued
        self.queued_line.set_class(bool(waiting), "-waiting")
        self.queued_line.update(f"queued: {one_line(self.mask(waiting))}" if waiting else "")

    def refresh_hints(self) -> None:
        """The bottom line follows the state; the clock ticks only while something runs."""
        running = bool(self.control.running)
        (self.ticker.resume if running else self.ticker.pause)()
        self.hints.show(running=running, can_retry=self.control.can_retry)

    def key(self, command: str) -> str:
        """The key of a command, to be named in a sentence."""
        return key_words(self.commands, command)

    def read(self, title: str, body: RenderableType) -> None:
        """Show something to read, over everything else."""
        self.app.push_screen(Listing(title, body))

    def ask(self, question: str, then: Callable[[], object]) -> None:
        """Do something after a yes."""

        def answered(yes: bool | None) -> None:
            if yes:
                then()

        self.app.push_screen(Question(question), answered)

    def copy(self, text: str, what: str) -> None:
        """To the terminal's clipboard, and to a file, since not every terminal takes it."""
        from tui.dashboard.terminal.clipboard import keep_copy

        self.app.copy_to_clipboard(text)
        try:
            kept = f"also in {keep_copy(text)}"
        except OSError as error:
            kept = f"no copy in a file: {error.strerror}"
        self.tell(f"Sent {what} to the clipboard, {len(text):,} characters; {kept}")

    def tell(self, text: str) -> None:
        """A short message in the corner."""
        self.notify(clean_line(text), markup=False)

    def _slash(self, entered: Entered) -> None:
        command = entered.command
        if command is None:
            import difflib

            close = difflib.get_close_matches(entered.word, command_table.BY_SLASH, 1)
            guess = f" Did you mean /{close[0]}?" if close else ""
            self.chat.notice(f"There is no command /{entered.word}.{guess} /help lists them all.")
        elif command.id == "search":
            self.chat.transcript.search(entered.argument)
            self.chat.transcript.focus()
        elif command.argument:
            getattr(self, f"action_{command.id}")(entered.argument)
        else:
            getattr(self, f"action_{command.id}")()

    def _escape_again(self) -> None:
        since = self.control.cancelling_since or 0
        if time.monotonic_ns() - since > SECOND_ESCAPE:
            self.tell("The agent's process restarts. The conversation stays.")
            self.supervisor.restart()
