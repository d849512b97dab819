"""The chat pane: what the stream says, told to the transcript."""

import time
from typing import Literal

from textual.app import ComposeResult

from tui.core.formatting import SECOND
from tui.dashboard.bindings import key_of
from tui.dashboard.textual_internals.sizing import Box
from tui.dashboard.transcript import Transcript
from tui.protocol import events

DEMO_HINT = (
    "\nThis is the demo, whose answers come from a script. Try:\n"
    "  roll a d20  ·  flip a coin  ·  tell me a story  ·  rules  ·  /faults\n"
    "\nstreamtui FILE.py:AGENT runs an agent of yours."
)


class ChatPane(Box):
    """Turns events into items of a conversation; nested agents' text stays with their tool."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.transcript = Transcript()
        self._agents: dict[str, str] = {}
        self._nested: dict[str, str] = {}
        self._open: dict[str, int] = {}
        """Answers and reasoning under way: key → worker-clock ns of their first delta."""
        self._tools: dict[str, int | None] = {}
        self._handoffs: list[str] = []
        """Calls that ask for a handoff which has not happened yet."""
        self._json = False
        self._said: list[str] = []
        """Answers of this run, for a guardrail that withdraws them."""
        self._cause = ""
        """Why the attempt before the back-off failed."""
        self._last_user = ""
        self._card: tuple[str, tuple[str, str, str]] | None = None
        """The key of the newest card, and what it says."""
        self.retry_key = "Ctrl+R"
        self._anchor = (0, 0.0)
        """One moment on the worker's clock (ns) and by the calendar (Unix seconds)."""

    def compose(self) -> ComposeResult:
        yield self.transcript

    def on_mount(self) -> None:
        self.border_title = "chat"
        self.welcome(demo=False)

    def deltas(self, deltas: tuple[events.Delta, ...]) -> None:
        """Show pieces of text, reasoning, refusal and tool calls."""
        for delta in deltas:
            if delta.call in self._nested:
                continue
            match delta:
                case events.ToolArgumentsDelta():
                    self._tool(delta.tool_call, delta.name, self.wall_of(delta))
                case events.ReasoningDelta():
                    self._reason(delta)
                case _:
                    self._answer(delta)

    def sent(self, text: str, run: str) -> None:
        """The person's message goes out: shown at once, before the worker has heard of it."""
        self._last_user = f"user {run}"
        self.transcript.action_scroll_end()
        self.transcript.add_user(self._last_user, text, time.time())
        self.transcript.show_thinking("sending…")

    def unsent(self, run: str) -> None:
        """The person's message has not gone out: it does not stand here any more."""
        self.transcript.remove_from(f"user {run}")
        self.transcript.hide_thinking()

    def run_changed(
        self,
        event: events.RunStarted
        | events.RunFinished
        | events.AgentChanged
        | events.GuardrailTripped,
    ) -> None:
        """A run began or ended, or another agent speaks."""
        match event:
            case events.RunStarted():
                self._run_started(event)
            case events.AgentChanged(reason="handoff", parent=""):
                self._hand_over(event)
            case events.GuardrailTripped():
                self._guardrail(event)
            case events.RunFinished():
                self._run_finished(event)
            case _:
                pass

    def call_changed(self, event: events.Event) -> None:
        """A model call began or ended, or a text was corrected."""
        match event:
            case events.ModelCallStarted():
                self._agents[event.call] = event.agent
                if event.parent:
                    self._nested[event.call] = event.parent
                else:
                    self._handoffs.clear()
            case events.TextReplaced() if event.call not in self._nested:
                self.transcript.replace(_key(event), event.text)
            case events.AttemptFailed() if event.call not in self._nested:
                self._cause = event.problem.message
                self._close(interrupted=f"attempt {event.attempt}: {event.problem.message}")
            case events.AttemptFinished() if event.call not in self._nested:
                self._close()
            case _:
                pass

    def tool_changed(self, event: events.Event) -> None:
        """A tool was called, began or ended."""
        match event:
            case events.ToolCalled(parent="", handoff=False):
                self._tool(event.tool_call, event.name, self.wall_of(event))
                self.transcript.set_tool_arguments(event.tool_call, event.arguments)
            case events.ToolCalled(parent="", handoff=True):
                self._handoffs.append(event.tool_call)
            case events.ToolStarted() if event.tool_call in self._tools:
                self._tools[event.tool_call] = event.at
            case events.ToolFinished() if event.tool_call in self._tools:
                self._tool_finished(event)
            case _:
                pass

    def notice(self, text: str, at: float | None = None) -> None:
        """A line of our own in the conversation, of now or of a moment in Unix seconds."""
        self.transcript.add_notice(text, time.time() if at is None else at)

    def problem(
        self,
        title: str,
        problem: events.Problem,
        keys: str,
        *,
        at: float | None = None,
        folded: bool = True,
    ) -> None:
        """A card that says what happened and what to do, of now or of a moment in the past.

        ``folded``: the detail opens on a key. The same card again, with nothing in between, takes
        the place of the first: a process that cannot be started is tried more than once.
        """
        self.transcript.hide_thinking()
        card, last = (title, problem.message, problem.detail), self._card
        if last is not None and last[1] == card and self.transcript.is_last(last[0]):
            self.transcript.remove_from(last[0])
        key = f"error {time.monotonic_ns()}"
        self._card = key, card
        self.transcript.add_error(
            key,
            f"{title}: {problem.message}" if title else problem.message,
            problem.advice,
            keys,
            problem.detail,
            time.time() if at is None else at,
            folded=folded,
        )

    def worker_died(self, why: str) -> None:
        """Whatever was being written stays as it is, and says so."""
        self._close(interrupted=why)
        self.transcript.hide_thinking()
        for key, began in self._tools.items():
            # One that had begun was stopped somewhere: nobody knows what it has done by then.
            result = why if began is None else f"{why}; may have completed"
            self.transcript.finish_tool(key, state="cancelled", result=result, seconds=None)
        self._tools.clear()

    def doing(self, text: str) -> None:
        """What the run is doing while it writes nothing; "" while it writes."""
        if text and not self._writing:
            # The cause may be longer than the line: what counts down comes first.
            cause = f" · {self._cause}" if text.startswith("retrying") and self._cause else ""
            self.transcript.show_thinking(f"{text}{cause}")
        else:
            self.transcript.hide_thinking()

    def welcome(self, *, demo: bool) -> None:
        """Say what can be typed, until the first message."""
        hint = (
            f"Type a message and press {key_of(self, 'prompt.send')}.\n"
            f"{key_of(self, 'help')} shows keys and commands. / completes commands."
        )
        self.transcript.set_hint(f"{hint}\n{DEMO_HINT}" if demo else hint)

    def expect_json(self, as_json: bool) -> None:
        """Answers are JSON from here on."""
        self._json = as_json

    def clear(self) -> None:
        """Forget the conversation."""
        self.transcript.clear()
        self.transcript.hide_thinking()
        self._last_user = self._cause = ""
        self._said.clear()
        self._agents.clear()
        self._nested.clear()
        self._open.clear()
        self._tools.clear()
        self._handoffs.clear()

    def wall_of(self, event: events.Event) -> float:
        """When it happened, by the calendar."""
        at, wall = self._anchor
        return wall + (event.at - at) / SECOND if wall else time.time()

    @property
    def goes_on(self) -> str:
        """What is said of the key that retries."""
        return f"{self.retry_key} goes on from what is finished"

    @property
    def _writing(self) -> bool:
        return any(not key.startswith("r ") for key in self._open)

    def _run_started(self, event: events.RunStarted) -> None:
        key = f"user {event.run}"
        self._anchor = (event.at, event.wall)
        if event.mode == "rewind" and self._last_user:
            self.transcript.remove_from(self._last_user)
        if event.mode != "continue" and (event.mode == "rewind" or key != self._last_user):
            self.transcript.add_user(key, event.prompt, event.wall or time.time())
            self._last_user = key
        self.transcript.show_thinking("thinking…")

    def _run_finished(self, event: events.RunFinished) -> None:
        cancelled = event.outcome == "cancelled"
        why = event.problem.message if cancelled and event.problem is not None else event.outcome
        self._close(interrupted="" if event.outcome == "ok" else why)
        self.transcript.hide_thinking()
        again = self.goes_on if event.can_continue else ""
        if event.outcome == "failed" and event.problem is not None:
            self.problem("", event.problem, again, at=self.wall_of(event))
        elif cancelled:
            self.notice(f"{why}{' · ' + again if again else ''}", self.wall_of(event))
        self._nested.clear()
        self._agents.clear()
        self._tools.clear()
        self._handoffs.clear()
        self._said.clear()

    def _hand_over(self, event: events.AgentChanged) -> None:
        """The handoff takes the place of the call that asked for it: it happened once."""
        self._close()
        call = self._handoffs.pop(0) if self._handoffs else ""
        self._tools.pop(call, None)
        self.transcript.add_handoff(event.previous, event.agent, self.wall_of(event), call)

    def _answer(self, delta: events.Delta) -> None:
        key = _key(delta)
        if key not in self._open:
            if not delta.text:
                return
            self._close_reasoning(delta.at)
            self.transcript.hide_thinking()
            agent = self._agents.get(delta.call, "")
            self.transcript.start_answer(key, agent, self.wall_of(delta), as_json=self._json)
            self._open[key] = delta.at
            self._said.append(key)
        self.transcript.append(key, delta.text)

    def _reason(self, delta: events.ReasoningDelta) -> None:
        key = f"r {_key(delta)}"
        if key not in self._open:
            if not delta.text:
                return
            self.transcript.start_reasoning(key, self.wall_of(delta))
            self._open[key] = delta.at
        self.transcript.append_reasoning(key, delta.text)

    def _tool(self, tool_call: str, name: str, at: float) -> None:
        if tool_call not in self._tools:
            self._close()
            self._tools[tool_call] = None
            self.transcript.add_tool(tool_call, name, at)

    def _tool_finished(self, event: events.ToolFinished) -> None:
        began = self._tools.pop(event.tool_call)
        seconds = (event.at - began) / SECOND if began is not None else None
        failed = event.problem.message if event.problem is not None else ""
        # A tool that had begun was stopped somewhere: nobody knows what it has done by then.
        stopped = began is not None and event.outcome in {"cancelled", "unknown"}
        told = event.output or ("may have completed" if stopped else "")
        self.transcript.finish_tool(
            event.tool_call,
            state=_TOOL_STATES[event.outcome],
            result="\n".join(filter(None, (failed, told))),
            seconds=seconds,
        )

    def _guardrail(self, event: events.GuardrailTripped) -> None:
        if event.stage in {"input", "output"}:
            for key in self._said if event.stage == "input" else self._said[-1:]:
                self.transcript.withdraw(key, f"withdrawn by the guardrail {event.guardrail}")
            self._open.clear()
        text = f"{event.stage} guardrail {event.guardrail} tripped {event.info}".rstrip()
        self.notice(text, self.wall_of(event))

    def _close(self, interrupted: str = "") -> None:
        self._close_reasoning(None)
        for key in self._open:
            self.transcript.finish(key, interrupted=interrupted)
        self._open.clear()

    def _close_reasoning(self, at: int | None) -> None:
        for key in [key for key in self._open if key.startswith("r ")]:
            began = self._open.pop(key)
            seconds = (at - began) / SECOND if at is not None else 0.0
            self.transcript.finish_reasoning(key, seconds)


_TOOL_STATES: dict[str, Literal["ok", "failed", "cancelled", "rejected"]] = {
    "ok": "ok",
    "error": "failed",
    "cancelled": "cancelled",
    "rejected": "rejected",
    "unknown": "cancelled",
}


def _key(event: events.Delta | events.TextReplaced) -> str:
    return f"{event.call} {event.attempt} {event.part}"
