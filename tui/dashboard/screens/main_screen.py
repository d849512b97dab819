"""The dashboard: routes what the stream says to the panes, and what the person does to the run.

It stands there in two steps. The first frame has the heading, the frames of the panes, and a prompt
that takes text; nothing that this needs to import may import the panes, the metrics or the journal.
`furnish` brings the rest. What is entered, and most keys that are pressed, before that wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.core.sanitize.characters import clean_line
from tui.dashboard import messages
from tui.dashboard.chat.approval import ApprovalBar
from tui.dashboard.chat.prompt import Prompt
from tui.dashboard.command_table import ALIASES, COMMANDS, Commands, key_words
from tui.dashboard.controllers.session_actions import SessionActions
from tui.dashboard.screens.heading import Heading
from tui.dashboard.screens.hints import Hints
from tui.dashboard.screens.pane_frames import PaneFrames
from tui.dashboard.state_words import death, doing_words, state_words
from tui.dashboard.textual_internals.painted_screen import PaintedScreen
from tui.dashboard.textual_internals.sizing import Words
from tui.protocol import events
from tui.protocol.commands import Approve, Reject
from tui.stream.run_control import RunControl
from tui.stream.supervisor import Supervisor

if TYPE_CHECKING:
    from tui.dashboard.performance import PerformancePane
    from tui.dashboard.screens.panes import Panes
    from tui.journal.sessions import Sessions
    from tui.stream.dispatcher import Dispatcher

TICK = 0.25
"""Seconds between two looks at the clock while a run is under way."""

AT_ONCE = frozenset(("quit", "interrupt", "escape", "suspend", "redraw"))
"""Commands that need nothing but the first frame."""

_WAITING = frozenset(command.id for command in COMMANDS) - AT_ONCE


def _bindings() -> list[BindingType]:
    table: list[BindingType] = [
        Binding(
            ",".join(command.keys),
            command.id,
            command.title,
            id=command.id,
            show=False,
            priority=command.scope == "everywhere",
        )
        for command in COMMANDS
        if command.keys
    ]
    # Wherever the focus is, while a question stands there; `check_action` says when.
    table += [
        Binding(key, f"answer_approval({given})", show=False, priority=True, id=f"approval.{name}")
        for name, key, given in (
            ("once", "y", "True"),
            ("always", "a", "True, True"),
            ("reject", "n", "False"),
        )
    ]
    return table + [
        Binding(key, target, show=False, id=f"letter.{target}") for key, target in ALIASES.items()
    ]


class MainScreen(SessionActions, PaintedScreen):
    """Chat, tool calls and performance around one prompt."""

    BINDINGS: ClassVar[list[BindingType]] = _bindings()
    AUTO_FOCUS = "#prompt"

    performance: PerformancePane

    def __init__(self, supervisor: Supervisor, commands: Commands = COMMANDS) -> None:
        """``commands``: with the keys that they have now."""
        super().__init__()
        self.commands = commands
        self.agent_loaded = None
        self.supervisor = supervisor
        self.control = RunControl(supervisor.send)
        self.heading = Heading(id="heading")
        self.approval = ApprovalBar(id="approval")
        self.queued_line = Words(id="queued", markup=False)
        self.prompt = Prompt(self.paint_now, id="prompt")
        self.hints = Hints(commands, id="hints")
        self.furnished = False
        self._waiting: list[Callable[[], object]] = []
        """What was asked for before the panes were there."""

    def compose(self) -> ComposeResult:
        self.fit(self.app.size)
        yield self.heading
        yield self.tabs
        yield PaneFrames()
        yield self.prompt
        yield self.hints
        yield self.too_small

    async def furnish(
        self, panes: Panes, dispatcher: Dispatcher, sessions: Sessions | None
    ) -> None:
        """Put the panes where their frames are; from now on everything is there."""
        self.dispatcher, self.sessions = dispatcher, sessions
        self.chat, self.tools, self.performance = panes.chat, panes.tools, panes.performance
        self.chat.retry_key = key_words(self.commands, "retry")
        self.ticker = self.set_interval(TICK, dispatcher.keep_time, pause=True)
        with self.app.batch_update():
            await self.query_one(PaneFrames).remove()
            await self.mount(panes, self.queued_line, self.approval, before=self.prompt)
            await self.lay_out(self.chat.transcript, self.tools, self.performance)
        self.furnished = True

    def waits(self, action: str) -> bool:
        """Whether a command needs more than there is."""
        return not self.furnished and action in _WAITING

    def when_furnished(self, do: Callable[[], object]) -> None:
        """Do it as soon as everything is there, in the order of asking."""
        if self.furnished:
            do()
        else:
            self._waiting.append(do)

    def action_escape(self) -> None:
        if self._waiting:  # for a message, maybe, which Esc is to cancel
            self._waiting.append(self.action_escape)
        elif self.control.running:
            super().action_escape()
        else:
            # Of keys that came in one burst, Enter may still wait for the prompt; what it sends
            # waits there once more, and then here.
            self.prompt.call_later(self.prompt.call_later, self.call_later, super().action_escape)

    async def do_waiting(self) -> None:
        """Do what had to wait."""
        waiting, self._waiting = self._waiting, []
        for do in waiting:
            result = do()
            if isawaitable(result):
                await result

    @on(messages.DeltasArrived)
    def _deltas(self, message: messages.DeltasArrived) -> None:
        self.chat.deltas(message.deltas)
        self.tools.deltas(message.deltas)

    @on(messages.EventsReplayed)
    def _events_replayed(self, message: messages.EventsReplayed) -> None:
        for event in message.events:
            self.show_past(event)

    @on(messages.RunChanged)
    def _run_changed(self, message: messages.RunChanged) -> None:
        self.control.observe(message.event)
        if not self.is_unloaded(message.event):
            self.chat.run_changed(message.event)
        if isinstance(message.event, events.RunFinished):
            self._run_ended(message.event.outcome)
            if self.control.left_behind:
                names = ", ".join(sorted(self.control.left_behind))
                self.chat.notice(
                    f"{names} still running in background · Esc again restarts the agent's process"
                )
            if not message.event.kept:
                self.to_draft(self.control.prompt)

    @on(messages.CallChanged)
    def _call_changed(self, message: messages.CallChanged) -> None:
        self.control.observe(message.event)
        self.chat.call_changed(message.event)
        self.tools.hear(message.event)

    @on(messages.ToolChanged)
    def _tool_changed(self, message: messages.ToolChanged) -> None:
        self.control.observe(message.event)
        self.tools.change(message.event)
        self.chat.tool_changed(message.event)
        self._ask_or_settle(message.event)

    @on(messages.OutputArrived)
    def _output(self, message: messages.OutputArrived) -> None:
        self.tools.add_lines([line.text for line in message.lines])

    @on(messages.NoticeArrived)
    def _notice(self, message: messages.NoticeArrived) -> None:
        event = message.event
        if event.level != "debug":
            self.tools.add_line(event.text, "info" if event.level == "info" else "warning")

    @on(messages.MetricsChanged)
    def _metrics(self, message: messages.MetricsChanged) -> None:
        figures = message.figures
        cancelling = self.control.cancelling_since is not None
        running = bool(self.control.running)
        words = state_words(figures.state, cancelling=cancelling, running=running)
        self.performance.show(figures)
        self.heading.show(figures, words)
        self.chat.doing(doing_words(figures.state, cancelling=cancelling, running=running))

    @on(messages.WorkerChanged)
    def _worker_changed(self, message: messages.WorkerChanged) -> None:
        match message.event:
            case events.AgentLoaded() as loaded:
                self.agent_loaded = loaded
                self.heading.loaded(loaded)
                self.chat.expect_json(loaded.output_json)
                self.chat.welcome(demo=loaded.demo and loaded.scripted)
                self.agent_is_loaded()
                self.send_waiting()
            case events.AgentLoadFailed(problem=problem):
                self.agent_is_not_loaded(problem)
            case events.CodeChanged(files=files):
                self.code_changed(files)
            case events.WorkerSilent():
                self.tools.add_line("no sign of life from the agent's process", "warning")
                self.ticker.resume()
            case events.WorkerHeard():
                self.refresh_hints()
            case events.WorkerExited() as exited if not exited.expected:
                self._worker_died(exited)
            case events.WorkerExited():
                self._worker_gone(message.event)
            case _:
                pass

    @on(messages.PromptSubmitted)
    def _prompt_submitted(self, message: messages.PromptSubmitted) -> None:
        self.when_furnished(partial(self.submit, message.text, message.entered_at))

    @on(Prompt.QueuedRecalled)
    def _queued_recalled(self) -> None:
        self.when_furnished(self._recall_queued)

    def _recall_queued(self) -> None:
        queued = self.control.take_queued()
        if queued:
            # In place of the earlier prompt that the same key has brought.
            self.prompt.put(queued)
        self.show_queued()

    @on(ApprovalBar.Typed)
    def _typed_on(self, message: ApprovalBar.Typed) -> None:
        self.prompt.insert(message.character)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "answer_approval":
            return self.approval.listens and not (self.prompt.has_focus and self.prompt.text)
        return super().check_action(action, parameters)

    def action_answer_approval(self, approved: bool, always: bool = False) -> None:
        """A key that answers the question that stands above the prompt."""
        self.approval.action_decide(approved, always)

    @on(messages.ApprovalDecided)
    def _approval_decided(self, message: messages.ApprovalDecided) -> None:
        answer = Approve if message.approved else Reject
        self.supervisor.send(answer(tool_call=message.tool_call, always=message.always))
        if not self.approval.asking:
            self.prompt.focus()

    @on(messages.Copied)
    def _copied(self, message: messages.Copied) -> None:
        self.copy(message.text, message.what)

    @on(messages.HitsChanged)
    def _hits_changed(self, message: messages.HitsChanged) -> None:
        if message.pattern:
            found = f"{message.current} of {message.count}" if message.count else "nothing found"
            self.tell(f"{message.pattern}: {found}")
        else:
            self.tell("Nothing is searched for: / begins a search.")

    @on(messages.LinkClicked)
    def _link_clicked(self, message: messages.LinkClicked) -> None:
        self.ask(
            f"Open {clean_line(message.address)} in the browser?",
            lambda: self.app.open_url(message.address),
        )

    def _ask_or_settle(self, event: events.Event) -> None:
        if isinstance(event, events.ApprovalRequested):
            self.approval.ask(event)
        elif isinstance(event, events.ApprovalAnswered | events.ToolFinished):
            self.approval.settle(event.tool_call)

    def _run_ended(self, outcome: str) -> None:
        if self.approval.asking:
            self.approval.dismiss_all()
            self.prompt.focus()
        self.refresh_hints()
        if outcome != "ok" and self.control.queued and not self.prompt.text:
            # It was written for an answer that did not come: the person decides.
            self.to_draft(self.control.take_queued())
            self.show_queued()
        # With another agent to come, what is queued goes out when that is loaded.
        if not self.reload_if_changed() and outcome == "ok":
            self.send_waiting()
        self.run_gone()

    def _worker_died(self, exited: events.WorkerExited) -> None:
        problem = death(exited, restarts=not self.supervisor.given_up)
        unsent = self.control.running and not self.control.begun
        self._worker_gone(exited)
        again = self.control.can_retry and not unsent
        keys = self.chat.goes_on if again else ""
        self.chat.problem("", problem, keys, folded=False)
        if unsent:
            self.to_draft(self.control.prompt)

    def _worker_gone(self, exited: events.WorkerExited) -> None:
        at_rest = exited.expected and not self.control.running
        self.control.observe(exited)
        self.tools.abandon()
        self.chat.worker_died("the agent's process ended")
        if at_rest:
            self.refresh_hints()
        else:
            self._run_ended("failed")
