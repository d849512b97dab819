"""The chat pane: shows the items of a conversation in a transcript."""

import time
from typing import Literal

from textual.app import ComposeResult

from tui.core.conversation import (
    Change,
    Conversation,
    Failure,
    Handoff,
    Media,
    MessageSent,
    Notice,
    Speech,
    Step,
    ToolCall,
    UserMessage,
)
from tui.core.formatting import SECOND
from tui.dashboard.commands.bindings import key_of
from tui.dashboard.messages import HitsChanged
from tui.dashboard.search_words import forget_found, show_found
from tui.dashboard.textual_internals.sizing import Box
from tui.dashboard.transcript import Transcript
from tui.protocol import events

DEMO_HINT = (
    "\nThis is the demo, whose answers come from a script. Try:\n"
    "  roll a d20  ·  flip a coin  ·  tell me a story  ·  rules  ·  /faults\n"
    "\nstreamtui FILE.py:AGENT runs your own agent."
)


class ChatPane(Box):
    """Shows the top level of a conversation; text of nested agents is in the tool log."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.transcript = Transcript()
        self._last_failure: Failure | None = None
        self.first_start = False
        """Nothing was ever sent: say which keys matter."""
        self._cut: Speech | None = None
        """The newest speech that has ended."""

    def compose(self) -> ComposeResult:
        yield self.transcript

    def on_mount(self) -> None:
        self.border_title = "chat"
        self.welcome(demo=False)

    def on_hits_changed(self, message: HitsChanged) -> None:
        show_found(self, message)

    def end_search(self) -> bool:
        """Remove what a search has marked and said; False if there is none."""
        forget_found(self)
        return self.transcript.end_search()

    def show(self, step: Step) -> None:
        """Show what an event or request has changed."""
        match step.event:
            case MessageSent():
                self.transcript.action_scroll_end()
                self.transcript.show_thinking("sending…")
            case events.RunStarted(mode=mode):
                self.transcript.show_thinking("thinking…")
                if mode == "send":
                    self.transcript.item_list.forget_aside()
            case events.RetryUndone():
                self.transcript.hide_thinking()
                self.transcript.action_scroll_end()
            case events.RunFinished() | events.WorkerExited() | events.AgentLoadFailed():
                self.transcript.hide_thinking()
            case _:
                pass
        for change in step.changes:
            self._show(change)

    def notice(self, text: str) -> None:
        """Add a line from the dashboard itself."""
        self.transcript.add_notice(text, time.time())

    def doing(self, text: str, state: Conversation) -> None:
        """Show what the run is doing, unless it is writing an answer; "" shows nothing."""
        if text and not state.writing:
            # The countdown first: the cause may be longer than the line.
            failure = state.run.failure if state.run is not None else ""
            cause = f" · {failure}" if text.startswith("retrying") and failure else ""
            self.transcript.show_thinking(f"{text}{cause}")
        else:
            self.transcript.hide_thinking()

    def welcome(self, *, demo: bool) -> None:
        """Say what can be typed, until the first message."""
        hint = (
            f"Type a message and press {key_of(self, 'prompt.send')}.\n"
            f"{key_of(self, 'help')} shows keys and commands. / completes commands."
        )
        if self.first_start:
            send, cancel, retry, palette, help_ = (
                key_of(self, id_) for id_ in ("prompt.send", "escape", "retry", "palette", "help")
            )
            hint = (
                f"Type a message. {send} sends it.\n"
                f"{cancel} cancels  ·  {retry} retries or resumes\n"
                f"{palette} or / finds commands  ·  {help_} is the help"
            )
        self.transcript.set_hint(f"{hint}\n{DEMO_HINT}" if demo else hint)

    def clear(self) -> None:
        """Remove everything."""
        self.transcript.clear()
        self.transcript.hide_thinking()
        self._last_failure = self._cut = None

    def _show(self, change: Change) -> None:
        item = change.item
        match item:
            case UserMessage():
                self._message(change.kind, item)
            case Speech(parent=""):
                self._speech(change, item)
            case Media(parent=""):
                self.transcript.add_notice(item.words, _wall(item))
            case ToolCall(top=True):
                self._tool(change.kind, item)
            case Handoff():
                self.transcript.add_handoff(item.previous, item.agent, _wall(item), item.call)
            case Notice() if change.kind == "ended":
                self.transcript.item_list.end_notice(item.key)
            case Notice():
                key = item.key if item.offer == "restart" else ""
                self.transcript.add_notice(self._words(item), _wall(item), key)
            case Failure():
                self._failure(item)
            case _:
                pass

    def _message(self, kind: str, item: UserMessage) -> None:
        if kind == "removed":
            self.transcript.item_list.set_aside(item.key)
            self.transcript.hide_thinking()
        elif kind == "restored":
            self.transcript.item_list.bring_back(item.key)
        else:
            self.transcript.add_user(item.key, item.text, _wall(item))

    def _speech(self, change: Change, item: Speech) -> None:
        transcript = self.transcript
        match change.kind:
            case "began":
                self._speech_began(item)
            case "grew" if item.kind == "reasoning":
                transcript.append_reasoning(item.key, change.text)
            case "grew":
                transcript.append(item.key, change.text)
            case "replaced":
                transcript.replace(item.key, change.text)
            case "updated":
                transcript.item_list.cite(item.key, item.citations)
                transcript.item_list.label(item.key, item.label)
            case "recast":
                transcript.item_list.recast(item.key, change.text, _seconds(item))
            case "ended" if item.kind == "reasoning":
                transcript.finish_reasoning(item.key, _seconds(item))
            case "ended" if item.state == "withdrawn":
                transcript.withdraw(item.key, item.note)
            case "ended":
                transcript.finish(item.key, interrupted=item.note)
                self._cut = item
            case _:
                pass

    def _speech_began(self, item: Speech) -> None:
        transcript, at = self.transcript, _wall(item)
        if item.kind == "reasoning":
            transcript.start_reasoning(item.key, at)
            return
        transcript.hide_thinking()
        if item.kind == "refusal":
            transcript.item_list.start_refusal(item.key, item.agent, at)
        else:
            transcript.start_answer(item.key, item.agent, at, as_json=item.as_json)
            transcript.item_list.label(item.key, item.label)

    def _tool(self, kind: str, item: ToolCall) -> None:
        if kind == "began":
            self.transcript.add_tool(item.key, item.label, _wall(item), item.parent)
        if item.state != "calling":
            self.transcript.set_tool_arguments(item.key, item.arguments, item.label, item.edited)
        self.transcript.item_list.tool_waits(item.key, waits=item.state == "waiting")
        if not item.open:
            elapsed = item.elapsed(item.at)
            self.transcript.finish_tool(
                item.key,
                state=_TOOL_STATES[item.state],
                result=_result(item),
                seconds=elapsed / SECOND if elapsed is not None else None,
                approximate=item.hosted,
            )

    def _failure(self, item: Failure) -> None:
        """Add a card with what happened and what to do.

        If nothing is between two equal failures, the second replaces the first: a process that
        cannot be started is retried several times.
        """
        transcript, last, problem = self.transcript, self._last_failure, item.problem
        transcript.hide_thinking()
        repeated = last is not None and (last.cause, last.problem) == (item.cause, problem)
        if last is not None and repeated and transcript.is_last(last.key):
            transcript.remove_from(last.key)
        self._last_failure = item
        # The card says it in full: of a long text, once is enough.
        long = len(problem.message) > MOST_TWICE
        if long and self._cut is not None and self._cut.note.endswith(f": {problem.message}"):
            note = self._cut.note.removesuffix(f": {problem.message}")
            transcript.item_list.note(self._cut.key, f"interrupted: {note} failed")
        self._cut = None
        loading = item.cause == "load"
        # The advice may say it already.
        hint = _LOADING if loading else self._resume if item.can_continue else ""
        said = ("reload" if loading else _RETRY_KEY) in problem.advice
        transcript.add_error(
            item.key,
            f"The agent could not be loaded: {problem.message}" if loading else problem.message,
            problem.advice.replace(_RETRY_KEY, key_of(self, "retry")),
            "" if said else hint,
            problem.detail,
            _wall(item),
            folded=item.cause == "run",
        )

    def _words(self, item: Notice) -> str:
        offer = {
            "": "",
            "retry": self._resume,
            "restart": f"{key_of(self, 'escape')} again restarts the agent's process",
        }[item.offer]
        return " · ".join(filter(None, (item.text or item.kind, offer)))

    @property
    def _resume(self) -> str:
        return f"{key_of(self, 'retry')} resumes from here"


MOST_TWICE = 160
"""Characters of a failure that stand below the cut answer and on the card."""

_RETRY_KEY = "the retry key"
"""As the worker names it, which does not know the keys."""

_LOADING = "A change to its files or /reload loads it again"

_TOOL_STATES: dict[str, Literal["ok", "failed", "cancelled", "interrupted", "rejected"]] = {
    "ok": "ok",
    "error": "failed",
    "cancelled": "cancelled",
    "rejected": "rejected",
    "unknown": "interrupted",
}


def _result(tool: ToolCall) -> str:
    problem = tool.problem
    # A tool that had started was stopped at an unknown point.
    if tool.sent:
        return f"{tool.sent}\n(replaced by the guardrail {tool.guardrail}; it was: {tool.output})"
    if tool.state == "rejected" and (tool.guardrail or tool.refused):
        who = tool.outcome.removeprefix("rejected ")
        return ": ".join(filter(None, (who, tool.output)))
    stopped = tool.began is not None and tool.state in {"cancelled", "unknown"}
    without = "; ".join(filter(None, (tool.note, "may have completed" if stopped else "")))
    given = tool.brief_output or without
    # What a tool raised usually is what the model got.
    failed = problem.message if problem is not None and problem.message not in given else ""
    advice = problem.advice if problem is not None else ""
    return "\n".join(filter(None, (failed, given, advice)))


def _seconds(speech: Speech) -> float:
    return (speech.ended - speech.at) / SECOND if speech.ended is not None else 0.0


def _wall(item: UserMessage | Speech | Media | ToolCall | Handoff | Notice | Failure) -> float:
    return item.wall or time.time()
