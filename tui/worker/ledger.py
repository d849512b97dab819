"""The ledger: the conversation as it is sent to the model. Pure.

SDK sessions are not used: a failed or cancelled run leaves its user message in them, and a retry
sends it twice.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from tui.protocol.events import HistoryChanged, ServerMark
from tui.protocol.recovery_text import RECOVERY_PROMPT
from tui.worker.input_items import (
    Item,
    attached_to,
    call_id_of,
    common_prefix,
    compaction_at,
    interrupted_message,
    is_call,
    is_output,
    is_turn_start,
    last_turn_start,
    pictures_in_words,
    said_again,
    settled,
    shortened,
    text_of,
    user_message,
    window_of,
    with_arguments,
)
from tui.worker.server_state import OnServer, ServerState


@dataclass
class Turn:
    """A user's message with all that follows it: what a run adds to the items it started from."""

    base: list[Item]
    message: Item | None
    """None when the run continues from what is finished."""
    agent: str = ""
    """The agent that it starts with."""
    responses: list[list[Item]] = field(default_factory=list)
    """The output items of each finished model call."""
    response_id: str = ""
    """The server's id of the last one."""
    outputs: dict[str, Item] = field(default_factory=dict)
    """Known tool outputs, by call id."""
    started: set[str] = field(default_factory=set)
    """Calls whose tool has started."""
    partial: str = ""
    """The text so far of the current model call."""
    withdrawn: bool = False
    """A guardrail refused the message: it leaves the conversation."""

    def asked_for(self, call_id: str) -> bool:
        """Whether a finished model call of this run, not of a nested one, made this tool call."""
        return any(
            is_call(item) and call_id_of(item) == call_id
            for response in self.responses
            for item in response
        )

    def responded(self, items: Sequence[Item], response_id: str = "") -> None:
        self.responses.append(list(items))
        self.response_id = response_id
        self.partial = ""

    def output_known(self, call_id: str, item: Item) -> None:
        self.outputs[call_id] = item

    def edited(self, arguments: Mapping[str, str]) -> None:
        """A person has changed these calls' arguments: the model reads what the tools got."""
        for response in self.responses:
            response[:] = [with_arguments(item, arguments) for item in response]

    def withdraw_answer(self) -> None:
        """Drop the last answer: an output guardrail refused it."""
        self.partial = ""
        if self.responses and not any(is_call(item) for item in self.responses[-1]):
            self.responses.pop()

    def items(self) -> list[Item]:
        """The conversation during the run: calls may still wait for their outputs."""
        if self.withdrawn:
            return self._before_message()
        items = [*self.base, *([self.message] if self.message is not None else [])]
        for response in self.responses:
            items += response
            # A provider that runs a call itself sends its output too.
            answered = {call_id_of(item) for item in response if is_output(item)}
            items += [
                self.outputs[call_id_of(item)]
                for item in response
                if is_call(item) and call_id_of(item) in self.outputs.keys() - answered
            ]
        return items

    def left_out(self) -> list[Item]:
        """What a compaction stands for: it is not sent, and stays in the conversation."""
        return self.base[: compaction_at(self.base)]

    def _before_message(self) -> list[Item]:
        """The base; if this run continues a turn, without that turn's message."""
        if self.message is not None and is_turn_start(self.message):
            return list(self.base)
        return self.base[: last_turn_start(self.base) or 0]

    def sent_items(self) -> list[Item]:
        """The same for the UI, which keeps it in case this process dies."""
        if self.partial and not self.withdrawn:
            return [*self.items(), interrupted_message(self.partial)]
        return self.items()

    def settled_items(self) -> list[Item]:
        """The conversation after the run was cut off."""
        items = self.items()
        not_run = {call_id_of(item) for item in items if is_call(item)} - self.started
        done = settled(items, frozenset(not_run))
        if self.partial and not self.withdrawn:
            done.append(interrupted_message(self.partial))
        return done


class Ledger:
    """The items of all turns, and which of them were sent to the UI."""

    def __init__(self) -> None:
        self.agent = ""
        """The agent that the next turn starts with."""
        self._items: list[Item] = []
        self._sent_agent = ""
        self._turn_agent = ""
        self.server = ServerState()
        """What the server keeps of it."""
        self._sent_marks: list[ServerMark] = []
        self._whole: list[Item] = []
        """What the user's session has compacted, and ``_window`` what that has become."""
        self._window: list[Item] = []
        self._pictures: dict[str, str] = {}
        """What pictures are, by address: their parts do not say their names."""

    @property
    def items(self) -> list[Item]:
        return list(self._items)

    def restore(
        self, items: Sequence[msgspec.Raw], agent: str, marks: Sequence[ServerMark] = ()
    ) -> None:
        """Load what an earlier worker sent."""
        self._items = [msgspec.json.decode(item) for item in items]
        self.server.restore(marks)
        self._sent_marks = list(marks)
        self.agent = self._sent_agent = self._turn_agent = agent

    def bring_back(
        self, items: Sequence[msgspec.Raw], agent: str, marks: Sequence[ServerMark]
    ) -> None:
        """Load what the conversation was before a retry, which began with the same agent."""
        began_with = self._turn_agent
        self.restore(items, agent, marks)
        self._turn_agent = began_with

    def known(self, items: Sequence[Item]) -> None:
        """What the UI has, if that is not what was restored."""
        self._items = list(items)

    def after_death(self, partial: str, not_run: Iterable[str] = ()) -> list[Item]:
        """What was restored, made valid; ``partial`` is the text of an unfinished answer.

        ``not_run``: ids of calls that never started.
        """
        items = settled(self._items, frozenset(not_run))
        return [*items, interrupted_message(partial)] if partial else items

    def changed(
        self, items: Sequence[Item], *, at: int, on_server: OnServer | None = None
    ) -> HistoryChanged | None:
        """Make this the conversation; returns what to send to the UI, if anything.

        ``on_server``: how many of the items the server has from now on, after which response.
        """
        items = self._shortened(items)
        keep = common_prefix(self._items, items)
        self.server.rewound(keep)
        if on_server is not None:
            self.server.responded(*on_server)
        marks = self.server.marks
        same = keep == len(items) == len(self._items) and self.agent == self._sent_agent
        same = same and marks == self._sent_marks
        # Items that stay keep their identity, which makes the next comparison cheap.
        self._items[keep:] = items[keep:]
        self._sent_agent, self._sent_marks = self.agent, list(marks)
        if same:
            return None
        appended = tuple(msgspec.Raw(encoded(item)) for item in items[keep:])
        return HistoryChanged(
            at=at, keep=keep, items=appended, agent=self.agent, marks=tuple(marks)
        )

    def compacted(self, whole: Sequence[Item], window: Sequence[Item]) -> list[Item]:
        """From now on, ``window`` stands for ``whole`` at the start of the conversation.

        Returns the conversation as it is then: give it to `changed`. A run that is going on keeps
        what it has sent, and what it adds comes after the window.
        """
        self._whole, self._window = list(whole), list(window)
        return self._shortened(self._items)

    def _shortened(self, items: Sequence[Item]) -> list[Item]:
        return shortened(items, self._whole, self._window)

    def _turn_within_window(self) -> tuple[list[Item], Item] | None:
        """The items before the last turn and its message, if a window stands for that turn."""
        end, start = window_of(self._items), last_turn_start(self._items)
        if start is None or start >= end:
            return None
        if self._window == self._items[:end]:
            start = last_turn_start(self._whole)
            return None if start is None else (self._whole[:start], self._whole[start])
        # Of an earlier process: what it was made of is not known any more.
        return [*self._items[:start], *self._items[start + 1 : end]], self._items[start]

    def begin(self, prompt: str, images: Sequence[str] = ()) -> Turn:
        """A turn with a new message."""
        message = user_message(prompt, images)
        self._pictures.update(pictures_in_words(message, images))
        return Turn(base=settled(self._items), message=message, agent=self.agent)

    def resume(self) -> Turn:
        """A turn that continues from what is finished; a cut answer gets a message about it."""
        base = settled(self._items)
        cut = bool(base) and base[-1].get("role") == "assistant" and "id" not in base[-1]
        message = user_message(RECOVERY_PROMPT) if cut else None
        return Turn(base=base, message=message, agent=self.agent)

    def rewind(self) -> tuple[Turn, str] | None:
        """The last turn again, and its message; None without a turn.

        It starts with the same agent. The ledger stays as it is until the run starts.
        """
        start = last_turn_start(self._items)
        if start is None:
            return None
        within = self._turn_within_window()
        base, message = within or (self._items[:start], self._items[start])
        prompt = text_of(message)
        return Turn(
            base=settled(base),
            message=said_again(message),
            agent=self._turn_agent or self.agent,
        ), prompt

    def attached_to(self, turn: Turn) -> tuple[str, ...]:
        """What is attached to a turn's message, each on one line; by name, where that is known."""
        return attached_to(turn.message or {}, self._pictures)

    def started(self, turn: Turn) -> None:
        """Call it when the turn's run starts."""
        self.agent = turn.agent
        if turn.message is not None and is_turn_start(turn.message):
            self._turn_agent = turn.agent


def encoded(item: Item) -> bytes:
    """Its JSON, as it travels to the UI."""
    try:
        return msgspec.json.encode(item, enc_hook=str)
    except UnicodeEncodeError:
        # Lone surrogates have no UTF-8.
        text = json.dumps(item, ensure_ascii=False, default=str)
        return text.encode("utf-8", "replace")
