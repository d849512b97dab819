"""Reports the spans that no other event covers: of the user's code, of sandboxes, of MCP servers.

A model call, a function tool and an agent that the SDK runs have events of their own, so the SDK's
spans of these are left out; spans of the same kinds that user code makes are not.
"""

import inspect
import json
import time
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from agents.tracing import Span

from tui.worker.tools.sandbox_watch import Operation

MOST = 300
"""Spans reported in one run; a program may make thousands."""
MOST_OPEN = 2_000
"""Spans that are watched at the same time; some never end."""
MOST_ABOUT = 2_000
"""Characters of what a span holds."""

SANDBOX = "sandbox."
"""The beginning of the names of the SDK's spans of sandboxes."""

_OF_THE_SDK = frozenset(
    ("custom", "handoff", "mcp_tools", "speech", "speech_group", "transcription")
)
"""Kinds of which the SDK's own spans are reported too."""
_NEVER = frozenset(("task", "turn"))
_OPERATION = "sandbox.operation"
"""Marks the spans of what a sandbox's session does, which reports that itself."""


class Reported(NamedTuple):
    """A span that has ended, as the event has it."""

    kind: str
    name: str
    began: int
    depth: int
    about: str
    error: str
    again: bool = False


class Report(Protocol):
    def __call__(self, span: Reported) -> object: ...


class TooMany(Protocol):
    def __call__(self, most: int) -> object: ...


class _Open(NamedTuple):
    began: int
    depth: int
    shown: bool


class SpanReports:
    """Follows the spans from their starts to their ends; from any thread."""

    def __init__(self, report: Report, too_many: TooMany) -> None:
        self._report = report
        self._too_many = too_many
        self._open: dict[str, _Open] = {}
        self._told: dict[tuple[str, str], str] = {}
        self._count = 0

    def forget(self) -> None:
        """Call it when a run starts."""
        self._count = 0
        self._told.clear()
        self._open.clear()

    def started(self, span: Span[Any]) -> None:
        if len(self._open) >= MOST_OPEN:
            return
        above = self._open.get(span.parent_id or "")
        depth = 0 if above is None else above.depth + above.shown
        kind = span.span_data.type
        shown = (
            kind not in _NEVER
            and (kind in _OF_THE_SDK or not _made_by_the_sdk())
            and _OPERATION not in (getattr(span.span_data, "data", None) or ())
        )
        self._open[span.span_id] = _Open(time.monotonic_ns(), depth, shown)

    def ended(self, span: Span[Any], error: str) -> None:
        """``error``: what made it fail; "" for a span that did not."""
        opened = self._open.pop(span.span_id, None)
        if opened is None or not opened.shown:
            return
        kind, name = _named(span)
        about = _about(kind, span.span_data)
        self._tell(Reported(kind, name, opened.began, opened.depth, about, error))

    def done_in_sandbox(self, done: Operation) -> None:
        opened = self._open.get(done.span)
        depth = 0 if opened is None else opened.depth
        about = _text(done.about)
        self._tell(Reported("sandbox", done.name, done.began, depth, about, done.error))

    def _tell(self, span: Reported) -> None:
        self._count += 1
        if self._count > MOST:
            if self._count == MOST + 1:
                self._too_many(MOST)
            return
        key = span.kind, span.name
        again = span.kind == "mcp_tools" and self._told.get(key) == span.about
        if span.kind == "mcp_tools":
            self._told[key] = span.about
        self._report(span._replace(again=again))


def _made_by_the_sdk() -> bool:
    """Whether the code that starts the current span is the SDK's."""
    frame = inspect.currentframe()
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if not module.startswith(("agents.tracing", "contextlib", "tui.worker.tools.span_")):
            return module.split(".", 1)[0] == "agents"
        frame = frame.f_back
    return False


def _named(span: Span[Any]) -> tuple[str, str]:
    data = span.span_data
    kind = str(data.type)
    if kind == "handoff":
        return kind, f"{data.from_agent} → {data.to_agent}"
    name = _first(data, ("name", "server", "model")) or kind
    if kind == "custom" and name.startswith(SANDBOX):
        return "sandbox", name.removeprefix(SANDBOX)
    return kind, name


def _first(data: object, fields: tuple[str, ...]) -> str:
    return str(next(filter(None, (getattr(data, field, None) for field in fields)), ""))


def _about(kind: str, data: Any) -> str:
    """What a span holds, for people."""
    match kind:
        case "sandbox":
            return _of_a_sandbox(data.data)
        case "custom":
            return _text(data.data) if data.data else ""
        case "mcp_tools":
            return ", ".join(map(str, data.result or ()))
        case "guardrail" | "handoff" | "speech_group":
            return ""
        case _:
            return _text(getattr(data, "output", None))


def _of_a_sandbox(data: Mapping[str, Any]) -> str:
    shown = (data.get("agent_name"), data.get("backend_id"))
    return " · ".join(str(one) for one in shown if one)


def _text(value: object) -> str:
    """Text as it is, all else as JSON; "" for nothing."""
    if value is None:
        return ""
    try:
        text = (
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        )
    except Exception as error:  # noqa: BLE001 - user code may have put anything there
        text = type(error).__name__
    return text if len(text) <= MOST_ABOUT else f"{text[:MOST_ABOUT]}…"
