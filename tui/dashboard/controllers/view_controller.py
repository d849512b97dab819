"""Reports, search, reasoning, pace, theme and the clipboard."""

# ruff: noqa: PLC0415 - the first frame must not wait for what only a command needs

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from tui.dashboard.messages import HitsChanged
    from tui.dashboard.screens.main_screen import MainScreen
    from tui.dashboard.transcript import Pace


class ViewController:
    """Carries out the commands that change only what is shown."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    def help(self) -> None:
        from tui.dashboard.screens.help_text import help_body

        off = self._screen.dispatcher.figures().session.tokens.estimate_error
        self._screen.read("Help", help_body(off, self._screen.commands))

    def agent(self) -> None:
        from tui.dashboard.screens.cards import agent_card, load_problem_card

        loaded = self._screen.conversation.loaded
        problem = self._screen.conversation.load_problem
        if problem is not None:
            self._screen.read("Agent", load_problem_card(problem))
        elif loaded is None:
            self._screen.tell("The agent is not loaded.")
        else:
            self._screen.read("Agent", agent_card(loaded))

    def faults(self) -> None:
        from tui.dashboard.screens.report_tables import faults_table
        from tui.demo.faults import FAULTS

        self._screen.read("Faults that the demo can act out", faults_table(FAULTS))

    def history(self) -> None:
        from tui.dashboard.screens.report_tables import history_table

        self._screen.read("History", history_table(self._screen.dispatcher.figures().turns))

    def stats(self) -> None:
        from tui.dashboard.screens.report_tables import stats_table

        self._screen.read("Statistics", stats_table(self._screen.dispatcher.figures()))

    def search(self, words: str = "") -> None:
        if not words:
            self._screen.action_begin_slash("search")
            return
        self._screen.chat.transcript.search(words)
        self._screen.chat.transcript.focus()

    def next_hit(self) -> None:
        self._screen.chat.transcript.next_hit()

    def previous_hit(self) -> None:
        self._screen.chat.transcript.previous_hit()

    def found(self, message: HitsChanged) -> None:
        """Report the hits of a search."""
        if message.pattern:
            found = f"{message.current} of {message.count}" if message.count else "nothing found"
            self._screen.tell(f"{message.pattern}: {found}")
        else:
            self._screen.tell(f"No search yet: {self._screen.key('search')} starts one.")

    def toggle_reasoning(self) -> None:
        self._screen.chat.transcript.toggle_reasoning()

    def theme(self, name: str = "") -> None:
        app = self._screen.app
        if not name:
            app.search_themes()
        elif name in app.available_themes:
            app.theme = name
        else:
            names = ", ".join(app.available_themes)
            self._screen.tell(f"There is no theme {name!r}. Available: {names}.")

    def pace(self, pace: str = "") -> None:
        transcript = self._screen.chat.transcript
        if pace in {"instant", "smooth"}:
            transcript.set_pace(cast("Pace", pace))
        elif pace.isascii() and pace.isdigit() and 30 <= int(pace) <= 10_000:
            transcript.set_pace(int(pace))
        else:
            self._screen.tell("The pace is instant, smooth, or 30 to 10000 words per minute.")
            return
        self._screen.tell(f"Display pace: {pace}.")

    def copy(self, text: str, what: str) -> None:
        """Copy to the terminal's clipboard, and to a file: not every terminal has a clipboard."""
        from tui.dashboard.terminal.clipboard import keep_copy

        self._screen.app.copy_to_clipboard(text)
        try:
            kept = f"also in {keep_copy(text)}"
        except OSError as error:
            kept = f"not saved to a file: {error.strerror}"
        self._screen.tell(f"Sent {what} to the clipboard, {len(text):,} characters; {kept}")
