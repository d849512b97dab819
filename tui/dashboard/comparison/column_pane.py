"""One column: its conversation, its figures, and the questions of its tools."""

from collections.abc import Callable, Collection

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from tui.comparison.column_figures import ColumnFigures
from tui.comparison.column_stream import ColumnStream
from tui.core.conversation import Step
from tui.core.metrics import Figures
from tui.core.metrics.figure_text import turn_time
from tui.dashboard import messages
from tui.dashboard.chat.approval import ApprovalBar
from tui.dashboard.chat.chat_pane import ChatPane
from tui.dashboard.commands.bindings import key_of
from tui.dashboard.comparison.column_lines import AHEAD, FIRST, figure_lines, state_line
from tui.dashboard.controllers.approval_answers import Way
from tui.dashboard.performance.figure_rows import FigureRows
from tui.dashboard.screens.prompt_screen import PromptScreen
from tui.dashboard.search_words import forget_found, show_found
from tui.dashboard.state_words import doing_words, state_words
from tui.dashboard.textual_internals.guarded_app import attempt
from tui.dashboard.textual_internals.sizing import Box, Words
from tui.protocol import events


class ColumnPane(Box):
    """Shows what its stream posts; ``changed`` is called when it has new figures."""

    def __init__(
        self,
        number: int,
        stream: ColumnStream,
        *,
        type_on: Callable[[str], object],
        changed: Callable[[], object],
    ) -> None:
        """``number`` counts from 1; ``type_on`` gets characters that are for the prompt."""
        super().__init__(id=f"column-{number}", classes="column")
        self.number = number
        self.stream = stream
        self.state = Words(classes="column-state", markup=False)
        self.chat = ChatPane()
        self.rows = FigureRows()
        self.approval = ApprovalBar(type_on, self._answer_by, reach=self._reach)
        self.compared = ColumnFigures()
        """As last shown."""
        self._figures: Figures | None = None
        self._changed = changed
        self._best: Collection[str] = ()
        self._state = Text()
        self._title = ""
        self.ahead = False

    @property
    def label(self) -> str:
        return self.stream.plan.label

    @property
    def target(self) -> Widget:
        """What takes the keys of this column: a question, or the conversation."""
        return self.approval if self.approval.asking else self.chat.transcript

    @property
    def words(self) -> str:
        """The state in a few words."""
        if self._figures is None:
            return "starting"
        conversation = self.stream.conversation
        return state_words(
            self._figures.state,
            cancelling=conversation.cancelling_since is not None,
            running=bool(conversation.running),
            cancel_key=key_of(self, "escape"),
        )

    def compose(self) -> ComposeResult:
        yield self.state
        yield self.chat
        yield self.rows
        yield self.approval

    def on_mount(self) -> None:
        # The prompt is one for all: each column says what is its own.
        self.chat.transcript.set_hint("")
        self._write()

    def on_resize(self) -> None:
        self._write()

    @on(messages.StreamAdvanced)
    def _advanced(self, message: messages.StreamAdvanced) -> None:
        message.stop()
        for step in message.steps:
            attempt(self.app, self.chat.show, step)
            if message.live:
                self._ask(step)

    def on_hits_changed(self, message: messages.HitsChanged) -> None:
        show_found(self, message)

    def end_search(self) -> bool:
        """Remove what a search has marked and said; False if there is none."""
        forget_found(self)
        return self.chat.end_search()

    @on(messages.FiguresChanged)
    def _figures_changed(self, message: messages.FiguresChanged) -> None:
        self._figures = figures = message.figures
        self.compared = self.stream.figures_in(figures)
        conversation = self.stream.conversation
        doing = doing_words(
            figures.state,
            cancelling=conversation.cancelling_since is not None,
            running=bool(conversation.running),
            cancel_key=key_of(self, "escape"),
        )
        self.chat.doing(doing, conversation)
        self._changed()
        self._write()

    @on(messages.ApprovalDecided)
    def _decided(self, message: messages.ApprovalDecided) -> None:
        message.stop()
        self.stream.source.send(message.command())
        if not self.approval.asking:
            self.chat.transcript.focus()

    def rank(self, best: Collection[str], *, ahead: bool) -> None:
        """Mark what is better than in the other columns."""
        if best != self._best or ahead != self.ahead:
            self._best, self.ahead = best, ahead
            self._write()

    def _ask(self, step: Step) -> None:
        """Ask for what the agent waits for; the end of a run ends its questions."""
        if isinstance(step.event, events.RunFinished | events.WorkerExited):
            if self.approval.asking:
                focused = self.approval.has_focus
                self.approval.dismiss_all()
                if focused:
                    self.chat.transcript.focus()
        elif isinstance(self.screen, PromptScreen):
            elsewhere = not self.has_focus_within
            self.screen.answers.follow(
                step, self.approval, self.stream.conversation, drafting=elsewhere
            )

    def _answer_by(self, way: Way) -> None:
        if isinstance(self.screen, PromptScreen):
            self.screen.answers.by(way, self.approval)

    def _reach(self) -> str:
        return f"{key_of(self, f'compare.column_{self.number}')} goes here"

    def _write(self) -> None:
        width = self.size.width
        compared = self.compared
        mark = (FIRST if compared.ended else AHEAD) if self.ahead else ""
        turn = self._figures.turn if self._figures is not None else None
        shown = turn is not None and turn.e2e.known and compared.total.known
        elapsed = turn_time(turn) if turn is not None and shown else ""
        state = state_line(self.words, elapsed, mark, width)
        if state != self._state:
            self._state = state
            self.state.update(state, layout=False)
        self.rows.update(figure_lines(compared, self._best, width))
        title = f"{self.number} {self.label}" + (" · scripted" if compared.scripted else "")
        if title != self._title:
            self._title = title
            self.border_title = Content(title)
