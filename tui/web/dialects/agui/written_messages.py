"""What a run adds to the conversation, as the messages of the snapshot at its end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tui.protocol.agui.agui_messages import (
    AssistantMessage,
    Content,
    FunctionCall,
    Message,
    ToolCall,
    ToolMessage,
)


@dataclass(slots=True)
class WrittenText:
    """An assistant message; ``id`` is that of the streamed one."""

    id: str
    name: str = ""
    owner: str = ""
    """The nested agent's run; "" for an agent at the top."""
    attempt: tuple[str, int] = ("", 1)
    """The model call, and the number of its attempt."""
    pieces: list[str] = field(default_factory=list)
    withdrawn: bool = False
    """It is no part of the conversation: a guardrail refused it, or it was started over."""
    calls: list["WrittenCall"] = field(default_factory=list)


@dataclass(slots=True)
class WrittenCall:
    id: str
    name: str
    attempt: tuple[str, int] = ("", 1)
    arguments: str = ""
    result: Content | None = None
    result_id: str = ""
    error: str = ""
    withdrawn: bool = False
    owner: str = ""
    """Of a call whose message is of an earlier run."""


class WrittenMessages:
    """In the order in which they began."""

    def __init__(self) -> None:
        self._written: list[WrittenText] = []
        self._calls: dict[str, WrittenCall] = {}
        self._earlier: dict[str, WrittenCall] = {}
        self._carried: dict[str, str] = {}
        """By model call: the text of attempts that the next one continues."""

    def text(self, message: str, *, name: str, owner: str, call: str, attempt: int) -> WrittenText:
        """A new message."""
        text = WrittenText(message, name, owner, (call, attempt))
        if before := self._carried.pop(call, ""):
            text.pieces.append(before)
        self._written.append(text)
        return text

    def call(self, key: str, name: str, owner: str, parent: str) -> WrittenCall:
        """A new tool call, in the message ``parent``, or in one of its own."""
        call = self._calls[key] = WrittenCall(key, name)
        holder = next((text for text in self._written if text.id == parent), None)
        if holder is None:
            holder = WrittenText(parent or key, owner=owner)
            self._written.append(holder)
        holder.calls.append(call)
        return call

    def earlier_call(self, key: str, name: str, owner: str) -> WrittenCall:
        """A call of an earlier run of the thread: only its result is new."""
        call = self._calls[key] = self._earlier[key] = WrittenCall(key, name, owner=owner)
        return call

    def complete(self, before: Iterable[Message]) -> tuple[Message, ...]:
        """The whole conversation: the messages before the run, and those of the run."""
        whole: list[Message] = []
        late: list[Message] = []
        for message in before:
            if not isinstance(message, ToolMessage):
                whole += late
                late = []
            whole.append(message)
            for made in getattr(message, "tool_calls", None) or ():
                if (call := self._earlier.get(made.id)) is not None:
                    late += _result(call)
        return (*whole, *late, *self.messages())

    def started_over(self, call: str, attempt: int, *, continues: bool) -> None:
        """Another attempt of a model call: what the ones before it said is carried over, or lost.

        Nothing that has a result is lost.
        """
        said: list[str] = []
        for text in self._written:
            if _before(text.attempt, call, attempt) and not text.withdrawn:
                text.withdrawn = True
                said += text.pieces
            for made in text.calls:
                if _before(made.attempt, call, attempt):
                    made.withdrawn = True
        if continues and said:
            self._carried[call] = "".join(said)

    def messages(self) -> Iterator[Message]:
        """Each assistant message, followed by the results of its calls."""
        for text in self._written:
            calls = [call for call in text.calls if not call.withdrawn]
            content = "" if text.withdrawn else "".join(text.pieces)
            if not content and not calls:
                continue
            owner = text.owner or None
            yield AssistantMessage(
                id=text.id,
                name=text.name or None,
                content=content or None,
                tool_calls=tuple(map(_tool_call, calls)) or None,
                subagent_run_id=owner,
            )
            for call in calls:
                yield from _result(call, text.owner)


def _result(call: WrittenCall, owner: str = "") -> Iterator[Message]:
    if call.result is not None:
        yield ToolMessage(
            id=call.result_id,
            tool_call_id=call.id,
            content=call.result,
            error=call.error or None,
            subagent_run_id=call.owner or owner or None,
        )


def _before(attempt: tuple[str, int], call: str, number: int) -> bool:
    return bool(call) and attempt[0] == call and attempt[1] < number


def _tool_call(call: WrittenCall) -> ToolCall:
    return ToolCall(id=call.id, function=FunctionCall(name=call.name, arguments=call.arguments))
