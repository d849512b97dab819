"""What every screen with transcripts and a prompt does the same way."""

# ruff: noqa: PLC0415 - the first frame must not wait for what only a command needs

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from textual import events as textual_events
from textual import on

from tui.core.sanitize.characters import clean_line
from tui.dashboard import messages
from tui.dashboard.chat.approval import ApprovalBar
from tui.dashboard.chat.prompt import Prompt
from tui.dashboard.commands.bindings import action_of
from tui.dashboard.commands.command import Commands, Scope
from tui.dashboard.commands.command_table import Entered, by_slash, command_of, key_words
from tui.dashboard.controllers.argument_values import ArgumentValues
from tui.dashboard.controllers.transcript_views import TranscriptViews
from tui.dashboard.screens.hints import Hints
from tui.dashboard.textual_internals.painted_screen import PaintedScreen
from tui.dashboard.windows.listing import Listing
from tui.dashboard.windows.question import Question

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.widget import Widget

    from tui.dashboard.commands.recent_commands import RecentCommands
    from tui.dashboard.controllers.approval_answers import ApprovalAnswers


class PromptScreen(PaintedScreen):
    """Routes keys and slash commands to `perform`."""

    commands: Commands
    """With the keys in force."""
    prompt: Prompt
    views: TranscriptViews
    answers: ApprovalAnswers
    _recent: RecentCommands | None = None

    @cached_property
    def values(self) -> ArgumentValues:
        """The panes may be loaded before `on_mount`."""
        return ArgumentValues(self)

    def on_mount(self) -> None:
        self.prompt.completion.values = self.values.of
        self.prompt.completion.values_left = self.values.left

    def on_resize(self, event: textual_events.Resize) -> None:  # noqa: ARG002
        self.call_after_refresh(self.prompt.completion.fit)

    def perform(self, command: str, argument: str = "") -> None:
        """Perform a command of the table."""
        raise NotImplementedError

    def give_back(self, text: str) -> bool:
        """Put a message that was not sent into the prompt; False after saying where it is."""
        if self.prompt.give_back(text):
            return True
        back = self.key("prompt.earlier")
        self.tell(f"Not sent: {back} in an empty prompt shows the message.")
        return False

    def refuse_command(self, text: str) -> None:
        """Say that there is no such command."""
        self.tell(text)

    def action_command(self, command: str) -> None:
        """The action of every key in the table."""
        self.perform(command)

    def action_begin_slash(self, slash: str) -> None:
        """Put a slash command into the prompt, for the user to add its argument."""
        prompt = self.prompt
        if not prompt.completion.holds_command:
            prompt.set_aside(prompt.whole)
        prompt.put(f"/{slash} ")
        prompt.focus()

    def enter_command(self, entered: Entered) -> None:
        """Perform a slash command, or suggest one if it is unknown."""
        if entered.command is not None:
            takes = bool(entered.command.argument)
            self.perform(entered.command.id, entered.argument if takes else "")
            return
        import difflib

        close = difflib.get_close_matches(entered.word, by_slash(self.commands), 1)
        guess = f" Did you mean /{close[0]}?" if close else ""
        self.refuse_command(f"There is no command /{entered.word}.{guess} /help lists them all.")

    def key(self, command: str) -> str:
        """The key of a command, to be named in a sentence."""
        return key_words(self.commands, command)

    def tell(self, text: str) -> None:
        """Show a short message on the line of notices."""
        self.notify(clean_line(text), markup=False)

    def read(self, title: str, body: RenderableType) -> None:
        """Show a text on top of everything else."""
        self.app.push_screen(Listing(title, body))

    def ask(self, question: str, then: Callable[[], object]) -> None:
        """Ask, and do something if the answer is yes."""

        def answered(yes: bool | None) -> None:
            if yes:
                then()

        self.app.push_screen(Question(question), answered)

    @on(ApprovalBar.Changed)
    def _question_changed(self) -> None:
        asks = any(bar.asking for bar in self.query(ApprovalBar))
        for hints in self.query(Hints):
            hints.ask(asks=asks)

    def on_paste(self, event: textual_events.Paste) -> None:
        """What has the focus takes no text: the prompt does."""
        event.stop()
        if event.text:
            self.prompt.post_message(textual_events.Paste(event.text))
            self.prompt.focus()

    @on(messages.Copied)
    def _copied(self, message: messages.Copied) -> None:
        self.views.copy(message.text, message.what)

    @on(messages.PagerWanted)
    def _pager_wanted(self, message: messages.PagerWanted) -> None:
        self.run_worker(self._page(message.text), exit_on_error=False)

    async def _page(self, text: str) -> None:
        from textual.app import SuspendNotSupported

        from tui.dashboard.terminal.pager import page

        try:
            wrong = await page(self.app, text)
        except SuspendNotSupported:
            wrong = "There is no pager here: it needs a terminal."
        if wrong:
            self.tell(wrong)

    @on(messages.LinkClicked)
    def _link_clicked(self, message: messages.LinkClicked) -> None:
        address = message.address
        self.ask(f"Open {clean_line(address)} in the browser?", lambda: self.app.open_url(address))

    @on(Prompt.EditorAsked)
    def _editor_asked(self) -> None:
        self.run_worker(self._edit_draft(), group="editor", exclusive=True)

    async def _edit_draft(self) -> None:
        from tui.dashboard.prompt.text_editor import EditorError, edited

        text = self.prompt.whole
        try:
            changed = await edited(self.app, text)
        except EditorError as error:
            self.tell(f"Not edited: {error}.")
        else:
            if self.prompt.whole != text:
                # A message came back meanwhile.
                self.prompt.set_aside(self.prompt.whole)
            if changed != self.prompt.whole:
                self.prompt.put(changed)

    def _suspend(self) -> None:
        self.app.action_suspend_process()

    def pane_of(self, scope: Scope) -> Widget | None:  # noqa: ARG002 - see the main screen
        """The widget whose keys have this scope; None if the screen has none."""
        return None

    def _open_palette(self) -> None:
        from tui.core.config.folders import state_folder
        from tui.dashboard.commands.recent_commands import RecentCommands
        from tui.dashboard.windows.palette import RECENT_FILE, palette

        if self._recent is None:
            kept = None if self.app.is_headless else state_folder() / RECENT_FILE
            self._recent = RecentCommands(kept)
        there = [
            one
            for one in self.commands
            if one.scope in {"everywhere", "outside the prompt"} or self.pane_of(one.scope)
        ]
        self.app.push_screen(palette(tuple(there), self._recent.ids), self._chosen)

    async def _chosen(self, id: str | None) -> None:  # noqa: A002
        """Do what was chosen in the palette."""
        if id is None or self._recent is None:
            return
        self._recent.add(id)
        command = command_of(self.commands, id)
        pane = self.pane_of(command.scope)
        if pane is not None:
            pane.focus()
            await self.app.run_action(action_of(command), pane)
        elif command.argument:
            self.action_begin_slash(command.slash)
        else:
            self.perform(command.action or command.id)
