"""The reports of the main screen, and its transcript."""

# ruff: noqa: PLC0415 - the first frame must not wait for what only a command needs

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.dashboard.controllers.transcript_views import TranscriptViews

if TYPE_CHECKING:
    from tui.dashboard.screens.main_screen import MainScreen
    from tui.dashboard.transcript import Transcript


class ViewController(TranscriptViews):
    """Carries out the commands that change only what is shown."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen)
        self._screen = screen

    @property
    def transcripts(self) -> tuple[Transcript, ...]:
        return (self.transcript,)

    @property
    def transcript(self) -> Transcript:
        return self._screen.chat.transcript

    def search(self, words: str = "") -> None:
        """Search the chat or, from the tool calls, those; without words, ask for them there."""
        if words:
            super().search(words)
            return
        from tui.dashboard.windows.pane_line import LineWanted, ask_line

        screen = self._screen
        pane = screen.tools if self._in_tools else screen.chat
        search = self._search_tools if self._in_tools else self._search_chat
        ask_line(screen.app, LineWanted(pane, "search", entered=search))

    def _search_chat(self, words: str) -> None:
        self.transcript.focus()
        if words.strip():
            self.transcript.search(words)

    def _search_tools(self, words: str) -> None:
        self._screen.tools.focus()
        if words.strip():
            self._screen.tools.finder.search(words)

    def next_hit(self) -> None:
        if self._in_tools:
            self._screen.tools.finder.step(forward=True)
        else:
            super().next_hit()

    def previous_hit(self) -> None:
        if self._in_tools:
            self._screen.tools.finder.step(forward=False)
        else:
            super().previous_hit()

    def end_search(self) -> bool:
        """End the search of the pane with the focus, or else of the other; False if there is none.

        A filter of the tool calls is cleared in the same way.
        """
        tools, chat = self._screen.tools.finder.end, self._screen.chat.end_search
        first, second = (tools, chat) if self._in_tools else (chat, tools)
        return first() or second()

    @property
    def _in_tools(self) -> bool:
        return self._screen.focused is self._screen.tools

    def help(self) -> None:
        from tui.dashboard.reports.help_text import help_body

        off = self._screen.dispatcher.figures().session.tokens.estimate_error
        self._screen.read("Help", help_body(off, self._screen.commands))

    def agent(self) -> None:
        from tui.dashboard.reports.cards import agent_card, load_problem_card

        loaded = self._screen.conversation.loaded
        problem = self._screen.conversation.load_problem
        if problem is not None:
            self._screen.read("Agent", load_problem_card(problem))
        elif loaded is None:
            self._screen.tell("The agent is not loaded.")
        else:
            self._screen.read("Agent", agent_card(loaded, self._local_model()))

    def _local_model(self) -> str:
        """What a model of the program's own takes now; "" if there is none."""
        from tui.local_model.local_source import LocalModelSource, takes_words

        source = self._screen.source
        return takes_words(source.process) if isinstance(source, LocalModelSource) else ""

    def faults(self) -> None:
        from tui.dashboard.reports.report_tables import faults_table
        from tui.demo.faults import FAULTS

        self._screen.read("Faults that the demo can act out", faults_table(FAULTS))

    def history(self) -> None:
        from tui.dashboard.reports.report_tables import history_table

        self._screen.read("History", history_table(self._screen.dispatcher.figures().turns))

    def stats(self) -> None:
        from tui.dashboard.reports.report_tables import stats_table

        self._screen.read("Statistics", stats_table(self._screen.dispatcher.figures()))
