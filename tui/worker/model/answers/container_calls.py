"""Calls that turn out to run at the provider, in a container of its own: shells, as a rule.

They look like calls for this side. A call may say where it runs; if it does not, only the output
that the provider sends in the same answer does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from tui.protocol.events import ToolCalled, ToolProgressed
from tui.worker.model.answers.hosted_calls import Caller
from tui.worker.observer import Observer
from tui.worker.tools.hosted_tools import output_of


@dataclass(slots=True)
class _Streamed:
    """An output as far as it has come."""

    call_id: str
    """As the server sent it."""
    last: tuple[object, str] | None = None
    """The command and the stream, ``stdout`` or ``stderr``, that the last piece was of."""
    ends_line: bool = True


class ContainerCalls:
    """The calls of one answer, and the outputs that it has."""

    def __init__(self, observer: Observer, caller: Caller) -> None:
        self._observer = observer
        self._caller = caller
        self._called: dict[str, ToolCalled] = {}
        self._sent_ids: dict[str, str] = {}
        self._renamed: dict[str, str] = {}
        """The ids of ended calls, by the ids that the server gave them."""
        self._read: list[Any] = []
        self._lone: set[str] = set()
        """The ids of outputs whose call is not in this answer."""
        self._streamed: dict[object, _Streamed] = {}
        """By item ids and by places."""

    def called(self, event: ToolCalled, sent_id: str) -> None:
        """A call is reported; ``sent_id`` is the id that the server gave it."""
        self._called[event.tool_call] = event
        self._sent_ids[event.tool_call] = sent_id
        if event.hosted:
            self._observer.tool_started(event.tool_call, event.name)

    def output_added(self, item: Any, place: int | None) -> None:
        """An output begins: pieces of it may follow."""
        streamed = _Streamed(str(item.call_id or ""))
        for key in (getattr(item, "id", None), place):
            if key is not None:
                self._streamed[key] = streamed

    def output_streamed(self, event: Any) -> None:
        """A piece of an output, of one command: the call runs, and not on this side."""
        fields = vars(event)
        keys = (fields.get("item_id"), fields.get("output_index"))
        streamed = next((self._streamed[key] for key in keys if key in self._streamed), None)
        if streamed is None:
            return
        tool_call = self._unique(self._called, streamed.call_id)
        called = self._called.get(tool_call)
        text = _piece(streamed, fields.get("command_index"), fields.get("delta"))
        if called is None or not text:
            return
        if not called.hosted:
            self._called[tool_call] = called = replace(called, hosted=True)
            self._observer.calls.called(called)
            self._observer.tool_started(tool_call, called.name)
        writer = self._observer.writer
        writer.emit_soon(ToolProgressed(at=writer.now(), tool_call=tool_call, output=text))

    def output(self, item: Any) -> str:
        """Read the output of a call, which then has ended; its id, "" if it was read before."""
        if any(one is item for one in self._read):
            return ""
        self._read.append(item)
        tool_call = self._unique(self._called, item.call_id or "")
        called, calls = self._called.pop(tool_call, None), self._observer.calls
        if called is None:
            known = tool_call in self._renamed or tool_call in self._renamed.values()
            item.call_id = self._renamed.get(tool_call, tool_call)
            if not known:
                self._show_lone(item)
            return ""
        # As it is sent next time, with the id of its call.
        self._renamed[item.call_id or ""] = item.call_id = tool_call
        if not called.hosted:
            calls.called(replace(called, hosted=True))
            calls.started(tool_call, called.name, called.at)
        calls.finished(tool_call, *output_of(item))
        return tool_call

    def _show_lone(self, item: Any) -> None:
        """The call of this output is not in the answer: it is a row of its own."""
        id_ = str(getattr(item, "id", None) or f"{item.type} {item.call_id}")
        if id_ in self._lone:
            return
        self._lone.add(id_)
        calls, caller = self._observer.calls, self._caller
        tool_call = self._observer.ids.claim(id_)
        calls.called(
            ToolCalled(
                at=self._observer.writer.now(),
                tool_call=tool_call,
                name=item.type,
                arguments="",
                call=caller.call,
                agent=caller.agent,
                parent=caller.parent,
                hosted=True,
            )
        )
        calls.finished(tool_call, *output_of(item))

    def _unique(self, waiting: Iterable[str], sent_id: str) -> str:
        """The first waiting call that the server gave this id."""
        return next((one for one in waiting if self._sent_ids[one] == sent_id), sent_id)


def _piece(streamed: _Streamed, command: object, delta: object) -> str:
    """A piece as it is shown below those before it: commands apart, stderr named."""
    texts = delta if isinstance(delta, Mapping) else getattr(delta, "__dict__", {})
    shown = ""
    for name in ("stdout", "stderr"):
        text = texts.get(name)
        if not isinstance(text, str) or not text:
            continue
        if streamed.last != (command, name):
            another = streamed.last is not None and streamed.last[0] != command
            shown += "" if streamed.ends_line else "\n"
            shown += ("\n" if another else "") + ("stderr: " if name == "stderr" else "")
        shown += text
        streamed.last, streamed.ends_line = (command, name), text.endswith("\n")
    return shown
