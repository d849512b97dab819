"""The calls of one answer that the provider runs itself, from their first event to their end.

They are seen only through the answer's stream, so their times are those of its events. Their ends
are read from the finished item, or else from the complete answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tui.protocol.attachment_data import of_base64
from tui.protocol.events import Attachment, Problem, ToolCalled, ToolProgressed, ToolSource
from tui.worker.model.answers.answer_parts import AnswerParts
from tui.worker.model.attempts.attempt_emitter import AttemptEmitter
from tui.worker.observer import Observer
from tui.worker.tools.hosted_tools import (
    arguments_of,
    is_approval_request,
    is_hosted,
    name_of,
    outcome_of,
    streams_arguments,
)
from tui.worker.tools.tool_sources import program_of, source_of

NO_END = "the server sent no end of this call"
ONE_ID = "the server sent two requests for approval with one id: an answer could be for either"
PROGRESS_EVENTS = tuple(
    f"response.{kind}.{status}"
    for kind, statuses in (
        ("code_interpreter_call", "in_progress interpreting completed"),
        ("file_search_call", "in_progress searching completed"),
        ("image_generation_call", "in_progress generating completed"),
        ("mcp_call", "in_progress completed failed"),
        ("mcp_list_tools", "in_progress completed failed"),
        ("web_search_call", "in_progress searching completed"),
    )
    for status in statuses.split()
)
_ENDS = frozenset(("completed", "failed", "incomplete"))


class Caller(Protocol):
    """Whose calls these are."""

    @property
    def call(self) -> str: ...
    @property
    def agent(self) -> str: ...
    @property
    def parent(self) -> str: ...
    @property
    def tools(self) -> Sequence[Any]: ...


@dataclass(slots=True)
class _Hosted:
    tool_call: str
    kind: str
    """The type of its item."""
    name: str
    source: ToolSource
    parent: str
    part: int
    began: int
    """When its item was added, in ns."""
    text: str = ""
    """Its arguments as far as they have come in pieces."""
    reported: tuple[object, ...] = ()
    """Name, source and arguments of the last `ToolCalled`; () before the first."""
    ended_as: str = ""
    """``completed`` or ``failed`` in the words of an event; the item itself says more."""
    over: bool = False


class HostedCalls:
    """Reads the events of hosted tools. ``parts`` numbers the parts of the answer."""

    def __init__(
        self,
        observer: Observer,
        caller: Caller,
        emitter: AttemptEmitter,
        parts: AnswerParts,
    ) -> None:
        self._observer = observer
        self._caller = caller
        self._emitter = emitter
        self._parts = parts
        self._calls: list[_Hosted] = []
        self._by_place: dict[int, _Hosted] = {}
        self._by_id: dict[str, _Hosted] = {}
        self._requests: dict[str, _Hosted] = {}
        """The first request for approval of each id."""

    def added(self, item: Any, event: Any) -> None:
        """A call begins; its arguments may be complete only later."""
        place = _place(event)
        known = self._by_id.get(_id(item)) if place is None else self._by_place.get(place)
        again = known is not None and known.kind == item.type and not known.over
        call = known if again and known is not None else self._new(item, place)
        if is_approval_request(item):
            return
        if streams_arguments(item):
            self._announce(call, "")
        else:
            self._called(call, arguments_of(item))
            self._start(call)

    def arguments(self, event: Any) -> None:
        """A piece of the arguments."""
        call = self._of_event(event)
        if call is not None and event.delta:
            call.text += event.delta
            self._announce(call, event.delta)

    def arguments_done(self, event: Any) -> None:
        """The arguments are complete: from now on the tool runs."""
        call = self._of_event(event)
        text = next((getattr(event, name, None) for name in ("code", "arguments")
                     if isinstance(getattr(event, name, None), str)), None)  # fmt: skip
        if call is not None and not call.over:
            self._called(call, call.text if text is None else text)
            self._start(call)

    def progressed(self, event: Any) -> None:
        """A tool is searching, interpreting …, or has ended: its item follows."""
        call = self._of_event(event)
        status = str(event.type).rpartition(".")[2]
        if call is None or call.over:
            return
        if status in _ENDS:
            call.ended_as = status
            return
        if status == "interpreting" and not call.reported:
            self._called(call, call.text)
            self._start(call)
        self._report(call, status.replace("_", " "))

    def partial_image(self, event: Any) -> None:
        """A preview of a picture; it replaces the one before."""
        call = self._of_event(event)
        if call is None or call.over:
            return
        kind = getattr(event, "output_format", None)
        picture = of_base64(
            event.partial_image_b64, media_type=f"image/{kind}" if kind else "image", partial=True
        )
        number = (getattr(event, "partial_image_index", None) or 0) + 1
        self._report(call, f"partial image {number}", picture)

    def done(self, item: Any, event: Any) -> None:
        """A call's item is finished."""
        self._end(self._found(item, _place(event)) or self._new(item, _place(event)), item)

    def complete(self, output: Sequence[Any]) -> None:
        """The answer is complete: end what its items know the end of, and then the rest."""
        seen: dict[str, int] = {}
        for item in filter(is_hosted, output):
            place = seen.get(item.type, 0)
            seen[item.type] = place + 1
            alike = [call for call in self._calls if call.kind == item.type]
            # Items without ids, or with other ids than before, are told apart by their order.
            known = self._by_id.get(_id(item))
            if known not in alike:
                known = alike[place] if place < len(alike) else None
            if known is None or not known.over:
                self._end(known or self._new(item, None), item)
        for call in self._calls:
            self._end_unseen(call)

    def abandon(self) -> None:
        """End the calls of a failed attempt."""
        for call in self._calls:
            if not call.over:
                call.over = True
                self._observer.calls.abandoned(call.tool_call, call.name)

    def _new(self, item: Any, place: int | None) -> _Hosted:
        id_ = _id(item)
        tool_call = self._observer.ids.claim(id_ or f"{self._caller.call} {item.type} {place}")
        part = self._parts.number(("hosted", tool_call))
        call = _Hosted(
            tool_call,
            item.type,
            name_of(item),
            source_of(item, self._caller.tools),
            program_of(item) or self._caller.parent,
            part,
            self._emitter.now(),
        )
        self._calls.append(call)
        if place is not None:
            self._by_place[place] = call
        if id_:
            self._by_id[id_] = call
        if is_approval_request(item):
            self._observer.approval_rows[id_] = tool_call
        return call

    def _found(self, item: Any, place: int | None) -> _Hosted | None:
        """The open call of a finished item; servers change ids, or leave them out."""
        alike = [call for call in self._calls if call.kind == item.type and not call.over]
        at_place = None if place is None else self._by_place.get(place)
        for known in (at_place, self._by_id.get(_id(item))):
            if known in alike:
                return known
        return alike[0] if alike and place is None else None

    def _of_event(self, event: Any) -> _Hosted | None:
        fields = vars(event)
        place = fields.get("output_index")
        by_place = None if place is None else self._by_place.get(place)
        return by_place or self._by_id.get(fields.get("item_id") or "")

    def _announce(self, call: _Hosted, text: str) -> None:
        caller = self._caller
        self._emitter.arguments(
            text, call.part, call.tool_call, call.name, caller.agent, call.parent
        )

    def _called(self, call: _Hosted, arguments: str) -> None:
        """Report it, and again when something of it has changed."""
        known = (call.name, call.source, arguments)
        if call.reported == known:
            return
        call.reported = known
        caller = self._caller
        asks = call.kind == "mcp_approval_request"
        self._observer.calls.called(
            ToolCalled(
                at=self._emitter.now(),
                tool_call=call.tool_call,
                name=call.name,
                arguments=arguments,
                call=caller.call,
                agent=caller.agent,
                parent=call.parent,
                hosted=not asks,
                source=call.source,
                approval=asks,
            )
        )

    def _start(self, call: _Hosted, at: int | None = None) -> None:
        self._observer.calls.started(call.tool_call, call.name, at)

    def _report(self, call: _Hosted, status: str, *pictures: Attachment) -> None:
        self._observer.writer.emit(
            ToolProgressed(
                at=self._emitter.now(), tool_call=call.tool_call, status=status,
                attachments=pictures,
            )
        )  # fmt: skip

    def _end(self, call: _Hosted, item: Any) -> None:
        call.name, call.source = name_of(item), source_of(item, self._caller.tools)
        if is_approval_request(item):
            self._asked(call, item)
            return
        self._called(call, arguments_of(item) or call.text)
        call.over = True
        # Without pieces of its arguments, only the item's begin says when it may have started.
        self._start(call, None if call.text else call.began)
        outcome, output, problem, attachments = outcome_of(item)
        self._observer.calls.finished(
            call.tool_call, outcome, output, problem, attachments=attachments
        )

    def _asked(self, call: _Hosted, item: Any) -> None:
        """A request for approval; its end is the answer, of the user or of the agent's own hook."""
        call.over = True
        first = self._requests.setdefault(_id(item), call)
        if first is not call and first.reported == (call.name, call.source, arguments_of(item)):
            # The same once more.
            self._observer.approval_rows[_id(item)] = first.tool_call
            return
        self._called(call, arguments_of(item))
        if first is not call:
            # The runner refuses the answer. A new id would mean nothing to the server.
            problem = Problem(kind="tool", message=ONE_ID, retry="never", code="hosted_tool")
            for one in (first, call):
                self._observer.calls.finished(one.tool_call, "error", problem=problem)

    def _end_unseen(self, call: _Hosted) -> None:
        """The answer is complete and does not have this call."""
        if call.over:
            return
        call.over = True
        if not call.reported:
            self._called(call, call.text)
        calls = self._observer.calls
        if call.ended_as in {"", "completed"}:
            known = call.ended_as == "completed"
            calls.finished(call.tool_call, "ok" if known else "unknown", "" if known else NO_END)
        else:
            problem = Problem(kind="tool", message=call.ended_as, retry="never", code="hosted_tool")
            calls.finished(call.tool_call, "error", problem=problem)


def _id(item: Any) -> str:
    return str(getattr(item, "id", None) or "")


def _place(event: Any) -> int | None:
    place: int | None = vars(event).get("output_index")
    return place
