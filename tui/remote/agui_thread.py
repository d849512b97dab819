"""The conversation with a remote agent, as it will be sent next. Pure.

Messages are kept as they came, with fields that this version does not know. Whatever happens to a
run, what is sent is valid: no call without a result, no message lost or sent twice.
"""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from tui.protocol.attached_files import FILE_LABEL, PDF, TEXT, part_of
from tui.protocol.attachment_data import of_url
from tui.protocol.commands import RestoreHistory
from tui.protocol.events import HistoryChanged
from tui.protocol.recovery_text import (
    INTERRUPTED_MARK,
    INTERRUPTED_OUTPUT,
    RECOVERY_PROMPT,
)
from tui.remote.interrupts import OpenInterrupts
from tui.remote.worker_items import messages_of

Message = dict[str, Any]

RECORD = "streamtui.thread"
"""The role of the last item of the stored conversation: it holds the thread and its state."""


class AguiThread:
    """Messages, the agent's state, and the interrupts that wait for an answer."""

    def __init__(self) -> None:
        self.id = str(uuid.uuid4())
        self.messages: list[Message] = []
        self.state: Any = None
        self.interrupts = OpenInterrupts()
        self.last_run = ""
        """The server's id of the last run."""
        self.fork = ""
        """The id of the session if it is a copy of another one, which has another thread."""
        self._sent: list[bytes] = []

    @classmethod
    def restored(cls, history: RestoreHistory) -> "AguiThread":
        """As stored; the text of an answer that nobody saw end is kept."""
        thread = cls()
        thread.fork = history.fork
        items = [msgspec.json.decode(item) for item in history.items]
        if items and items[-1].get("role") == RECORD:
            record = items.pop()
            thread.state = record.get("state")
            thread.messages = items
            # The thread of the session that was copied stays its own.
            if history.fork == record.get("fork", ""):
                thread.id = str(record.get("id") or thread.id)
                thread.last_run = str(record.get("run") or "")
                thread.interrupts = OpenInterrupts.restored(record.get("interrupts") or [])
        else:
            thread.messages = messages_of(items)
        if history.partial:
            thread.messages.append(_assistant(history.partial + INTERRUPTED_MARK))
        return thread

    def say(self, text: str, images: Sequence[str] = ()) -> None:
        """Add a message of the user's; ``images`` are addresses (`attached_files.py`)."""
        self.settle()
        content: Any = text
        if images:
            content = [{"type": "text", "text": text}, *map(_attached, images)]
        self.messages.append({"id": str(uuid.uuid4()), "role": "user", "content": content})

    def resume(self) -> None:
        """Make the next request continue from what is finished."""
        self.settle()
        last = self.messages[-1] if self.messages else {}
        cut = str(last.get("content") or "").endswith(INTERRUPTED_MARK)
        if last.get("role") == "assistant" and cut:
            self.say(RECOVERY_PROMPT)

    def rewind(self) -> str | None:
        """Undo the last turn, and say its message again; None without one."""
        start = self._last_turn()
        if start is None:
            return None
        message = self.messages[start]
        del self.messages[start:]
        self.settle()
        self.messages.append({**message, "id": str(uuid.uuid4())})
        return text_of(message)

    def settle(self, unfinished: Sequence[str] = (), partial: str = "") -> None:
        """Make the list valid after a run.

        ``unfinished``: calls whose arguments are not complete. ``partial``: the id of the message
        that was cut off.
        """
        asked = self.interrupts.tool_calls
        kept: list[Message] = []
        for message in self.messages:
            if message.get("role") != "assistant":
                kept.append(message)
                continue
            whole = _without_calls(message, unfinished)
            if whole.get("id") == partial and whole.get("content"):
                whole = {**whole, "content": whole["content"] + INTERRUPTED_MARK}
            if whole.get("content") or whole.get("toolCalls"):
                kept.append(whole)
        self.messages = list(_with_results(kept, asked))

    def changed(self, at: int, run: str, agent: str = "") -> HistoryChanged | None:
        """What to store of the changes since the last time, if anything."""
        items = [msgspec.json.encode(message) for message in (*self.messages, self._record())]
        keep = 0
        for before, after in zip(self._sent, items, strict=False):
            if before != after:
                break
            keep += 1
        if keep == len(items) == len(self._sent):
            return None
        self._sent = items
        new = tuple(msgspec.Raw(item) for item in items[keep:])
        return HistoryChanged(at=at, run=run, keep=keep, items=new, agent=agent)

    def to_send(self) -> list[Message]:
        """Activities are for the screen only: agents do not get them."""
        return [message for message in self.messages if message.get("role") != "activity"]

    def _record(self) -> Message:
        record: Message = {"role": RECORD, "id": self.id, "run": self.last_run}
        if self.fork:
            record["fork"] = self.fork
        if self.state is not None:
            record["state"] = self.state
        if self.interrupts:
            record["interrupts"] = self.interrupts.stored()
        return record

    def _last_turn(self) -> int | None:
        starts = [
            index
            for index, message in enumerate(self.messages)
            if message.get("role") == "user" and message.get("content") != RECOVERY_PROMPT
        ]
        return starts[-1] if starts else None


def text_of(message: Message) -> str:
    """The text of a message, of which other parts are left out."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [str(part.get("text") or "") for part in parts if isinstance(part, dict)]
    return "".join([*texts[:1], *(one for one in texts[1:] if not one.startswith(FILE_LABEL))])


def calls_of(message: Message) -> list[Message]:
    """The tool calls of a message; [] where there are none, or what is there is no list."""
    calls = message.get("toolCalls")
    return [one for one in calls if isinstance(one, dict)] if isinstance(calls, list) else []


def _attached(address: str) -> Message:
    head, _, data = address.partition(",")
    kind = head.removeprefix("data:").partition(";")[0]
    if kind == TEXT:
        return {"type": "text", "text": part_of(address)["text"]}
    part = "document" if kind == PDF else "image"
    said = {"type": part, "source": {"type": "data", "value": data, "mimeType": kind}}
    name = of_url(address).name
    return {**said, "metadata": {"filename": name}} if name and kind == PDF else said


def _assistant(text: str) -> Message:
    return {"id": str(uuid.uuid4()), "role": "assistant", "content": text}


def _without_calls(message: Message, unfinished: Sequence[str]) -> Message:
    calls = calls_of(message)
    kept = [call for call in calls if call.get("id") not in unfinished]
    if len(kept) == len(calls):
        return message
    rest = {name: value for name, value in message.items() if name != "toolCalls"}
    return {**rest, "toolCalls": kept} if kept else rest


def _with_results(messages: Sequence[Message], asked: frozenset[str]) -> Iterator[Message]:
    """Adds the missing results after the results of the same message.

    ``asked``: calls that wait for an approval, which brings their result.
    """
    answered = {one.get("toolCallId") for one in messages if one.get("role") == "tool"}
    missing: list[Message] = []
    for message in messages:
        if missing and message.get("role") != "tool":
            yield from missing
            missing = []
        yield message
        missing += [
            _result(str(call.get("id")), INTERRUPTED_OUTPUT)
            for call in calls_of(message)
            if call.get("id") not in answered and call.get("id") not in asked
        ]
    yield from missing


def _result(tool_call: str, text: str) -> Message:
    return {"id": f"result-{tool_call}", "role": "tool", "toolCallId": tool_call, "content": text}
