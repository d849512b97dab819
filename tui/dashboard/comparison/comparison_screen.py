"""The columns around one prompt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from textwrap import wrap
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events as textual_events
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget

from tui.comparison.column_stream import ColumnStream
from tui.comparison.comparison import Comparison
from tui.comparison.comparison_options import ComparisonOptions
from tui.comparison.sentences import sentences
from tui.comparison.standing import standing
from tui.core.formatting import one_line
from tui.dashboard import messages
from tui.dashboard.chat.approval import Answer
from tui.dashboard.chat.prompt import Prompt
from tui.dashboard.commands.bindings import main_bindings
from tui.dashboard.commands.command import Commands
from tui.dashboard.commands.command_table import parse_slash
from tui.dashboard.commands.comparison_commands import COMPARISON_COMMANDS
from tui.dashboard.comparison.column_layout import HIGH, ColumnLayout
from tui.dashboard.comparison.column_lines import difference_lines
from tui.dashboard.comparison.column_pane import ColumnPane
from tui.dashboard.comparison.comparison_controller import ComparisonController
from tui.dashboard.comparison.comparison_views import ComparisonViews
from tui.dashboard.controllers.approval_answers import ApprovalAnswers
from tui.dashboard.controllers.pane_layout import TALL
from tui.dashboard.fitted_text import fitted
from tui.dashboard.notices.notice_line import NoticeLine
from tui.dashboard.performance.figure_rows import FigureRows
from tui.dashboard.performance.styled_lines import STRONG, Line
from tui.dashboard.screens.heading import NOT_SAVED, RULE
from tui.dashboard.screens.hints import Hints
from tui.dashboard.screens.prompt_screen import PromptScreen
from tui.dashboard.textual_internals.sizing import Box, Words

MOST_HIGH, MOST_LOW = 6, 3
"""Lines of sentences below the columns, where there is room for the table too and where not."""

TICK = 0.25
"""Seconds between two updates of the figures during a run."""


class ComparisonScreen(PromptScreen):
    """Routes keys and commands; each column shows what its own stream posts."""

    BINDINGS: ClassVar[list[BindingType]] = main_bindings(COMPARISON_COMMANDS)
    AUTO_FOCUS = "#prompt"

    def __init__(
        self,
        options: ComparisonOptions,
        commands: Commands = COMPARISON_COMMANDS,
        mask: Callable[[str], str] = str,
    ) -> None:
        """``commands``: with the user's key bindings; ``mask`` masks API keys in typed text."""
        super().__init__()
        self.options = options
        self.commands = commands
        self.mask = mask
        self._title = Text()
        self.unsaved = False
        """The journal cannot be written now."""
        self.comparison = Comparison(self._round_changed)
        self.title_line = Words(id="comparison-title", markup=False)
        self.columns = Box(id="columns")
        self.differences = FigureRows()
        self.differences.id = "differences"
        self.answers = ApprovalAnswers(self)
        self.queued_line = Words(id="queued", markup=False)
        self.prompt = Prompt(self.paint_now, id="prompt")
        self.hints = Hints(commands, id="hints")
        self.layout_of = ColumnLayout()
        self.controller = ComparisonController(self)
        self.views = ComparisonViews(self)
        self._perform: dict[str, Callable[..., object]] = {
            "escape": self.controller.escape,
            "interrupt": self.controller.interrupt,
            "retry": self.controller.retry,
            "reload": self.controller.reload,
            "quit": self.controller.quit,
            "compare.cancel_column": self.controller.cancel_column,
            "compare.report": self.controller.export,
            "compare.pause": self.controller.pause,
            "compare.differences": self.views.differences,
            **{
                f"compare.column_{number}": partial(self.go_to, number - 1)
                for number in range(1, 5)
            },
            "help": self.views.help,
            "notices": self.views.notices,
            "search": self.views.search,
            "next_hit": self.views.next_hit,
            "previous_hit": self.views.previous_hit,
            "toggle_reasoning": self.views.toggle_reasoning,
            "theme": self.views.theme,
            "pace": self.views.pace,
            "redraw": lambda: self.app.refresh(layout=True),
            "suspend": self._suspend,
            "palette": self._open_palette,
        }

    @property
    def panes(self) -> Sequence[ColumnPane]:
        return self.layout_of.panes

    @property
    def current(self) -> ColumnPane:
        """The column that keys are for."""
        return self.panes[self.layout_of.current]

    def compose(self) -> ComposeResult:
        self.set_class(self.app.size.height < TALL, "-short")
        yield self.title_line
        yield self.layout_of.tabs
        yield self.columns
        yield self.differences
        yield NoticeLine()
        yield self.queued_line
        yield self.prompt
        yield self.hints

    async def start(self, streams: Sequence[ColumnStream]) -> None:
        """Show a column for each stream."""
        self.comparison.columns = streams
        panes = [
            ColumnPane(number, stream, type_on=self._type_on, changed=self._ranked)
            for number, stream in enumerate(streams, 1)
        ]
        self.layout_of.panes = panes
        self.ticker = self.set_interval(TICK, self._keep_time, pause=True)
        await self.columns.mount(*panes)
        self.layout_of.fit(self.app.size)
        self.prompt.placeholder = (
            "A recording takes no prompts"
            if self.options.plays
            else f"Ask all agents · {self.key('prompt.send')} sends · / for commands"
        )
        if self.options.plays:
            self._focus_on(panes[0].target)
        self.refresh_all()

    def on_resize(self, event: textual_events.Resize) -> None:
        self.set_class(event.size.height < TALL, "-short")
        self.layout_of.fit(event.size)
        self._show_differences()
        self._write_title()

    def perform(self, command: str, argument: str = "") -> None:
        """Perform a command of the table, once the columns are there."""
        if not self.panes:
            if command in {"quit", "interrupt"}:
                self.app.exit()
            return
        do = self._perform[command]
        do(argument) if argument else do()

    def go_to(self, place: int) -> None:
        """Go to a column; again: maximise or restore it."""
        if place < len(self.panes):
            self.layout_of.go_to(place)
            self._focus_on(self.panes[place].target)

    def focus_next(self, selector: str | type[Widget] = "*") -> Widget | None:
        """The prompt, then the columns from the left, those that are not shown too."""
        return super().focus_next(selector) if selector != "*" else self._step_focus(1)

    def focus_previous(self, selector: str | type[Widget] = "*") -> Widget | None:
        """The other way round."""
        return super().focus_previous(selector) if selector != "*" else self._step_focus(-1)

    def refresh_all(self) -> None:
        """Update the title, the queued message, the hints and the differences."""
        comparison = self.comparison
        running = comparison.running
        queued = comparison.queued
        self.queued_line.set_class(bool(queued), "-waiting")
        self.queued_line.update(f"queued: {one_line(self.mask(queued))}" if queued else "")
        (self.ticker.resume if running else self.ticker.pause)()
        can_retry = any(column.conversation.can_retry for column in comparison.columns)
        self.hints.show(running=running, can_retry=can_retry)
        self._show_differences()
        self._write_title()

    @on(messages.PromptSubmitted)
    def _prompt_submitted(self, message: messages.PromptSubmitted) -> None:
        entered = None if message.literal else parse_slash(message.text, self.commands)
        if entered is not None:
            self.enter_command(entered)
        else:
            self.controller.submit(message.text, message.entered_at)

    @on(Prompt.QueuedRecalled)
    def _queued_recalled(self, message: Prompt.QueuedRecalled) -> None:
        self.controller.recall_queued(message.shown)

    @on(Prompt.Changed)
    def _prompt_changed(self) -> None:
        for pane in self.panes:
            pane.approval.typed()

    @on(textual_events.DescendantFocus)
    def _focus_moved(self) -> None:
        for place, pane in enumerate(self.panes):
            inside = pane.has_focus_within
            pane.approval.focus_moved(in_prompt=not inside)
            if inside and place != self.layout_of.current:
                self.layout_of.choose(place)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "answer_approval":
            listens = bool(self.panes) and self.current.approval.listens
            inside = listens and self.current.has_focus_within
            return inside and not self.current.approval.has_focus
        return super().check_action(action, parameters)

    def action_answer_approval(self, answer: Answer) -> None:
        """Answer the question of the column that has the keys."""
        self.current.approval.answer(answer)

    def _type_on(self, character: str) -> None:
        self.prompt.insert(character)
        self.prompt.focus()

    def _step_focus(self, by: int) -> Widget | None:
        stops = len(self.panes) + 1
        inside = [place for place, pane in enumerate(self.panes, 1) if pane.has_focus_within]
        place = ((inside[0] if inside else 0) + by) % stops
        target: Widget = self.prompt
        if place:
            self.layout_of.choose(place - 1)
            target = self.panes[place - 1].target
        self._focus_on(target)
        return target

    def _focus_on(self, target: Widget) -> None:
        # At once, so that the next key goes there.
        self.set_focus(target)
        self._focus_moved()

    def _round_changed(self) -> None:
        """Called while events are dispatched: what it shows is shown after those."""
        if self.is_mounted:
            self.call_later(self._show_round)

    def _show_round(self) -> None:
        self._ranked()
        self.refresh_all()
        self.controller.round_changed()

    def _ranked(self) -> None:
        """A column has new figures: mark what is best now."""
        found = standing([pane.compared for pane in self.panes])
        for place, pane in enumerate(self.panes):
            best = {name for name, places in found.best.items() if place in places}
            pane.rank(best, ahead=place == found.ahead)
        self.layout_of.show_tabs()
        self._write_title()

    def _keep_time(self) -> None:
        for column in self.comparison.columns:
            if column.running:
                column.dispatcher.keep_time()

    def _show_differences(self) -> None:
        rounds = self.comparison.rounds
        ended = bool(rounds) and rounds[-1].ended and not self.comparison.running
        self.differences.display = ended
        if not ended:
            return
        width = self.size.width - 2
        high = self.size.height >= HIGH
        plans = [column.plan for column in self.comparison.columns]
        lines: list[Line] = []
        if high:
            labels = [plan.label for plan in plans]
            lines += difference_lines(labels, rounds[-1].figures, width)
        said = [line for sentence in sentences(plans, rounds[-1]) for line in wrap(sentence, width)]
        most = MOST_HIGH if high else MOST_LOW
        if len(said) > most:
            said = [*said[: most - 1], fitted(f"{said[most - 1]} …", width)]
        lines += [((line, STRONG),) for line in said]
        self.differences.update([(" ", *line) for line in lines])

    def _write_title(self) -> None:
        line = Text(" ", no_wrap=True)
        if self.unsaved:
            line.append(NOT_SAVED, "bold reverse")
        room = self.size.width - 2 - line.cell_len
        state = self._state()
        starts = ["streamtui", f"{len(self.panes)} side by side"]
        while starts and cell_len(RULE.join([*starts, state])) > room:
            starts.pop(0)
        for part in starts:
            line.append(part, "bold" if part == "streamtui" else "")
            line.append(RULE, "dim")
        line.append(state if starts else fitted(state, max(room, 0)), "bold")
        if line != self._title:
            self._title = line
            self.title_line.update(line, layout=False)

    def _state(self) -> str:
        comparison = self.comparison
        running = sum(column.running for column in comparison.columns)
        rounds = comparison.rounds
        if comparison.paused:
            return "paused"
        if running:
            ahead = next((pane.label for pane in self.panes if pane.ahead), "")
            words = f"{running} of {len(self.panes)} running"
            return f"{words} · {ahead} is ahead" if ahead else words
        if not comparison.ready and not self.options.plays:
            loading = sum(not column.ready for column in comparison.columns)
            return f"loading {loading} of {len(self.panes)} agents"
        if not rounds:
            return "starting" if self.options.plays else "ready"
        first = next((pane.label for pane in self.panes if pane.ahead), "")
        words = f"prompt {len(rounds)} done"
        return f"{words} · {first} was first" if first else words
