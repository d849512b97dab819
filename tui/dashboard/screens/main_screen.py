"""The main screen: routes steps of the stream to the panes, and commands to the controllers.

It starts in two steps. The first frame has the heading, the frames of the panes and a working
prompt, and must not import the panes, the metrics or the journal. `load_panes` adds the rest.
Messages and most commands wait for that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, ClassVar

from textual import events as textual_events
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget

from tui.core.config.settings import AppOptions
from tui.core.conversation import Conversation, Step
from tui.dashboard import messages
from tui.dashboard.chat.approval import Answer, ApprovalBar
from tui.dashboard.chat.prompt import Prompt
from tui.dashboard.chat.waiting_list import WaitingList
from tui.dashboard.commands.bindings import main_bindings
from tui.dashboard.commands.command import Commands, Scope
from tui.dashboard.commands.command_table import COMMANDS
from tui.dashboard.controllers.approval_answers import ApprovalAnswers, Way
from tui.dashboard.controllers.draft_controller import DraftController
from tui.dashboard.controllers.file_controller import FileController
from tui.dashboard.controllers.model_controller import ModelController
from tui.dashboard.controllers.pane_layout import PaneLayout
from tui.dashboard.controllers.reload_controller import ReloadController
from tui.dashboard.controllers.run_controller import RunController
from tui.dashboard.controllers.session_controller import SessionController
from tui.dashboard.controllers.view_controller import ViewController
from tui.dashboard.notices.notice_line import NoticeLine
from tui.dashboard.screens.heading import Heading
from tui.dashboard.screens.hints import Hints
from tui.dashboard.screens.pane_frames import PaneFrames
from tui.dashboard.screens.prompt_screen import PromptScreen
from tui.dashboard.state_words import doing_words, loading_words, state_words
from tui.dashboard.textual_internals.guarded_app import attempt
from tui.protocol import events
from tui.stream.source import Source

if TYPE_CHECKING:
    from tui.core.conversation import Request
    from tui.dashboard.controllers.attention import Attention
    from tui.dashboard.screens.panes import Panes
    from tui.journal.sessions import Sessions
    from tui.stream.dispatcher import Dispatcher

TICK = 0.25
"""Seconds between two updates of the figures during a run."""

AT_ONCE = frozenset(("quit", "interrupt", "escape", "suspend", "redraw"))
"""Commands that do not need the panes."""


class MainScreen(PromptScreen):
    """Chat, tool calls and performance around one prompt."""

    BINDINGS: ClassVar[list[BindingType]] = main_bindings()
    AUTO_FOCUS = "#prompt"
    options: AppOptions
    """Set by the program, before anything is performed."""
    RUNS: ClassVar[type[RunController]] = RunController

    def __init__(
        self,
        source: Source,
        commands: Commands = COMMANDS,
        mask: Callable[[str], str] = str,
    ) -> None:
        """``commands``: with the user's key bindings; ``mask`` masks API keys in typed text."""
        super().__init__()
        self.commands = commands
        self.source = source
        self.mask = mask
        self.heading = Heading(id="heading")
        self.approval = ApprovalBar(self._type_on, self._answer_by, id="approval")
        self.answers = ApprovalAnswers(self)
        self.waiting_list = WaitingList(id="waiting")
        self.prompt = self.new_prompt()
        self.hints = Hints(commands, id="hints")
        self.panes = PaneLayout(self)
        self.runs = self.RUNS(self)
        self.sessions = SessionController(self)
        self.reloads = ReloadController(self)
        self.views = ViewController(self)
        self.files = FileController(self)
        self.drafts = DraftController(self)
        self.models = ModelController(self)
        self.values.models = self.models.offered
        self.loaded = False
        self.attention: Attention | None = None
        """Set when the panes are loaded."""
        self._loading = ""
        """How far a model of the program's own is, while it loads."""
        self._waiting: list[Callable[[], object]] = []
        """Commands and messages that wait for the panes."""
        self._perform: dict[str, Callable[..., object]] = {
            "escape": self._escape,
            "interrupt": self.runs.interrupt,
            "retry": self.runs.retry,
            "undo_retry": self.runs.undo_retry,
            "steer": self._steer,
            "unqueue": self.runs.follow_ups.put_back,
            "stop_after_call": self.runs.stop_after_call,
            "cancel_tool": self.runs.cancel_tool,
            "quit": self.runs.quit,
            "new_session": self.sessions.new,
            "open_session": self.sessions.choose,
            "session": self.sessions.session,
            "rename": self.sessions.rename,
            "fork": self.sessions.fork,
            "export": self.sessions.export,
            "reload": self.reloads.reload,
            "help": self.views.help,
            "notices": self.views.notices,
            "history": self.views.history,
            "stats": self.views.stats,
            "agent": self.views.agent,
            "faults": self.views.faults,
            "search": self.views.search,
            "next_hit": self.views.next_hit,
            "previous_hit": self.views.previous_hit,
            "view_files": self.files.view,
            "save_files": self.files.save,
            "toggle_reasoning": self.views.toggle_reasoning,
            "theme": self.views.theme,
            "pace": self.views.pace,
            "model": self.models.model,
            "show_chat": partial(self.panes.go_to, "chat"),
            "show_tools": partial(self.panes.go_to, "tools"),
            "show_performance": partial(self.panes.go_to, "performance"),
            "layout.chat_wider": partial(self.panes.move, "chat", 1),
            "layout.chat_narrower": partial(self.panes.move, "chat", -1),
            "layout.tools_larger": partial(self.panes.move, "tools", 1),
            "layout.tools_smaller": partial(self.panes.move, "tools", -1),
            "layout.fold": lambda: self.tell(self.panes.fold()),
            "layout.reset": self.panes.reset,
            "redraw": lambda: self.app.refresh(layout=True),
            "suspend": self._suspend,
            "palette": self._open_palette,
        }

    def new_prompt(self) -> Prompt:
        return Prompt(self.paint_now, id="prompt")

    @property
    def conversation(self) -> Conversation:
        """The current state; the panes may be a few messages behind."""
        return self.dispatcher.conversation if self.loaded else Conversation()

    def compose(self) -> ComposeResult:
        self.panes.fit(self.app.size)
        yield self.heading
        yield self.panes.tabs
        yield PaneFrames(self.panes)
        yield NoticeLine()
        yield self.prompt
        yield self.hints
        yield self.panes.too_small

    def on_mount(self) -> None:
        self.panes.show_tabs()

    def on_resize(self, event: textual_events.Resize) -> None:
        self.panes.fit(event.size)
        self.panes.show_tabs()
        self.hints.on_resize()

    async def load_panes(
        self, panes: Panes, dispatcher: Dispatcher, sessions: Sessions | None
    ) -> None:
        """Replace the frames with the panes; the screen is complete then."""
        self.dispatcher, self.sessions.sessions = dispatcher, sessions
        if sessions is not None:
            self.values.stored = sessions.journal.store.sessions
            panes.tools.results.are_stored()
        self.chat, self.tools, self.performance = panes.chat, panes.tools, panes.performance
        self.chat.first_start = self.panes.memory.is_new
        panes.layout_of = self.panes
        self.ticker = self.set_interval(TICK, dispatcher.keep_time, pause=True)
        with self.app.batch_update():
            await self.query_one(PaneFrames).remove()
            await self.mount(panes, before=self.query_one(NoticeLine))
            await self.mount(self.waiting_list, self.approval, before=self.prompt)
            self.prompt.completion.fit()
            await self.lay_out(self.chat.transcript, self.tools, self.performance)
        self.loaded = True

    def recall(self, read: Callable[[], Sequence[str]]) -> None:
        """Offer the messages of all sessions in the prompt; they are read in a thread."""

        async def recalled() -> None:
            self.prompt.recall(await asyncio.to_thread(read))

        self.run_worker(recalled(), group="history", exit_on_error=False)

    async def do_waiting(self) -> None:
        """Do what was waiting for the panes."""
        waiting, self._waiting = self._waiting, []
        for do in waiting:
            result = do()
            if isawaitable(result):
                await result

    def when_loaded(self, do: Callable[[], object]) -> None:
        """Do something now, or once the panes are loaded, in order."""
        if self.loaded:
            do()
        else:
            self._waiting.append(do)

    def perform(self, command: str, argument: str = "") -> None:
        """Perform a command of the table, now or once the panes are loaded."""
        do = self._perform[command]
        if argument:
            do = partial(do, argument)
        if command in AT_ONCE:
            do()
        else:
            self.when_loaded(do)

    def note(self, request: Request) -> None:
        self.dispatcher.note(request)

    def say(self, text: str) -> None:
        """Add a line of the dashboard's own to the chat, and to the session."""
        line = events.Noticed(at=self.source.now(), text=text, chat=True, own=True)
        self.dispatcher.dispatch([line])

    def refuse_command(self, text: str) -> None:
        self.say(text)

    def dismiss_approvals(self) -> None:
        """Close the approval questions of a run that has ended."""
        if self.approval.asking:
            self.approval.dismiss_all()
            self.prompt.focus()

    @on(messages.StreamAdvanced)
    def _advanced(self, message: messages.StreamAdvanced) -> None:
        for step in message.steps:
            attempt(self.app, self.chat.show, step)
            attempt(self.app, self.tools.show, step.changes)
            if message.live:
                self._follow(step)
        if self.attention is not None:
            self.attention.followed()
        self.settle_panes()

    def settle_panes(self) -> None:
        """Give the tool log its room with its first call; while a run lasts, it keeps it."""
        has_tools = bool(self.tools.rows.rows)
        if has_tools or not self.conversation.running:
            self.panes.settle(has_tools=has_tools)

    @on(messages.ResultWanted)
    def _result_wanted(self, message: messages.ResultWanted) -> None:
        self.files.restore(message)

    @on(messages.FiguresChanged)
    def _figures_changed(self, message: messages.FiguresChanged) -> None:
        figures, state = message.figures, self.conversation
        cancelling = state.cancelling_since is not None
        running = bool(state.running)
        words = self._loading or state_words(
            figures.state, cancelling=cancelling, running=running, cancel_key=self.key("escape")
        )
        self.performance.show(figures)
        self.tools.compare(figures.session)
        self.heading.describe(state)
        self.heading.show(figures, words)
        if self.attention is not None:
            self.attention.show(figures.state, state)
        doing = doing_words(
            figures.state, cancelling=cancelling, running=running, cancel_key=self.key("escape")
        )
        self.chat.doing(doing, state)

    def _follow(self, step: Step) -> None:
        """React to a live event."""
        match step.event:
            case events.AgentLoaded() as loaded:
                self.chat.welcome(demo=loaded.demo and loaded.scripted)
                self.runs.send_queued()
            case events.RunStarted():
                self.sessions.run_began()
                self.models.run_began()
                self.views.forget_answers()
            case events.LocalModelLoading() | events.AgentLoadFailed():
                self._follow_loading(step.event)
            case events.ModelsListed() as listed:
                self.models.listed(listed)
            case _:
                pass
        drafting = self.prompt.has_focus and bool(self.prompt.text)
        self.answers.follow(step, self.approval, self.conversation, drafting=drafting)
        if self.focused is self.approval and not self.approval.asking:
            # Textual moves it only from what was on the screen.
            self.prompt.focus()
        self.runs.follow(step)
        self.reloads.follow(step)

    def _follow_loading(self, event: events.LocalModelLoading | events.AgentLoadFailed) -> None:
        self._loading = ""
        if isinstance(event, events.LocalModelLoading) and event.share < 1:
            self._loading = loading_words(event.model, event.share)
            self.heading.state = self._loading

    @on(messages.PromptSubmitted)
    def prompt_submitted(self, message: messages.PromptSubmitted) -> None:
        self.panes.memory.keep(used=True)
        enter = self.runs.send if message.literal else self.runs.submit
        self.when_loaded(partial(enter, message.text, message.entered_at))

    @on(Prompt.QueuedRecalled)
    def _queued_recalled(self, message: Prompt.QueuedRecalled) -> None:
        self.when_loaded(partial(self.runs.recall_queued, message.shown))

    @on(Prompt.NothingSubmitted)
    def _nothing_submitted(self) -> None:
        self.when_loaded(partial(self.runs.send_queued, anyway=True))

    @on(WaitingList.Asked)
    def _follow_up_asked(self, message: WaitingList.Asked) -> None:
        self.runs.follow_ups.do(message.deed, message.key)

    def _type_on(self, character: str) -> None:
        """A person types who has not seen the question, or answers with words."""
        self.prompt.insert(character)
        self.prompt.focus()

    @on(Prompt.Changed)
    def _prompt_changed(self) -> None:
        self.approval.typed()
        self.waiting_list.draft_changed(drafting=bool(self.prompt.text.strip()))
        self.drafts.changed()

    @on(textual_events.DescendantFocus)
    def _focus_moved(self) -> None:
        self.approval.focus_moved(in_prompt=self.prompt.has_focus)
        if self.loaded:
            self.hints.go_to(self.panes.focused)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "answer_approval":
            own_keys = self.approval, self.prompt, self.waiting_list
            return self.approval.listens and self.focused not in own_keys
        return super().check_action(action, parameters)

    def pane_of(self, scope: Scope) -> Widget | None:
        panes: dict[Scope, Widget] = {
            "chat": self.chat.transcript,
            "tools": self.tools,
            "performance": self.performance,
        }
        return panes.get(scope)

    def action_answer_approval(self, answer: Answer) -> None:
        """Answer the approval question above the prompt."""
        self.approval.answer(answer)

    def _answer_by(self, way: Way) -> None:
        self.answers.by(way, self.approval)

    @on(messages.ApprovalDecided)
    def _approval_decided(self, message: messages.ApprovalDecided) -> None:
        self.source.send(message.command())
        if not self.approval.asking:
            self.prompt.focus()

    def _escape(self) -> None:
        if self._waiting:  # maybe for a message, whose run this must cancel
            self._waiting.append(self._escape)
        elif self.conversation.running:
            self.runs.escape()
        else:
            # In a burst of keys, Enter may still be queued in the prompt, and then its message in
            # the prompt and here: go after them.
            self.prompt.call_later(self.prompt.call_later, self.call_later, self.runs.escape)

    def _steer(self, text: str = "") -> None:
        if text:
            self.runs.steer(text)
        else:
            # What was typed before the key may still be queued in the prompt: go after it.
            self.prompt.call_later(self.prompt.call_later, self.call_later, self.runs.steer)
