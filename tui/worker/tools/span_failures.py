"""Reads failures from the SDK's spans, which are not sent anywhere.

Some failures are found only there: what a shell, a patch editor or a custom tool raises reaches the
stream as ordinary output, and a run's exception does not name its tool, handoff or agent.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from agents.tracing import (
    Span,
    TracingProcessor,
    add_trace_processor,
    get_current_span,
    get_trace_provider,
    set_trace_provider,
    set_tracing_disabled,
)
from agents.tracing.provider import DefaultTraceProvider
from typing_extensions import override

from tui.worker.tools.span_reports import SpanReports

MOST = 8
"""Failed spans to keep for a run, the newest ones."""

MOST_SHOWN = 2_000
"""Characters of one value in a span."""

TOOL = "function"
"""The SDK's kind of the spans of all tools."""


_NAMES = ("name", "agent_name", "to_agent", "server")
"""Where spans keep what they are about, depending on the kind."""


class FailedSpan(NamedTuple):
    """A span that ended with an error, in the SDK's words."""

    kind: str
    """``function``, ``agent``, ``handoff``, ``guardrail``, ``turn``, ``mcp_tools`` …"""
    name: str
    message: str
    data: Mapping[str, object] = {}

    @property
    def error(self) -> str:
        """What was raised, as text; "" if the span does not have it."""
        return _short(self.data.get("error") or "")

    @property
    def is_handoff_failure(self) -> bool:
        """Not so where the model only asked for several handoffs: then the first one happens."""
        return self.kind == "handoff" and "requested_agents" not in self.data

    def __str__(self) -> str:
        data = ", ".join(f"{key}: {_short(value)}" for key, value in self.data.items())
        where = f"{self.kind} {self.name}".rstrip()
        return f"{where}: {self.message}" + (f" ({data})" if data else "")


def _short(value: object) -> str:
    try:
        text = str(value)
    except Exception as error:  # noqa: BLE001 - a user's ``__str__`` may raise anything
        text = type(error).__name__
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def failed(span: Span[Any] | None) -> FailedSpan | None:
    """The failure in a span; None if it has none."""
    if span is None or not span.error:
        return None
    about = span.span_data
    name = next(filter(None, (getattr(about, field, None) for field in _NAMES)), "")
    # User code may set anything as the error.
    error: Any = span.error
    fields = error if isinstance(error, Mapping) else {"message": error}
    data = fields.get("data") or {}
    if not isinstance(data, Mapping):
        data = {"data": data}
    return FailedSpan(str(about.type), str(name), str(fields.get("message") or ""), data)


def _reason(failure: FailedSpan | None) -> str:
    """Why a span failed, in one line; "" if it did not."""
    if failure is None:
        return ""
    return ": ".join(filter(None, (failure.message, failure.error))) or "failed"


def failed_now() -> FailedSpan | None:
    """The failure of the current span."""
    return failed(get_current_span())


def tool_span(error: BaseException, spans: Sequence[FailedSpan]) -> FailedSpan | None:
    """The span of the tool that raised this error."""
    text = _short(str(error) or type(error).__name__)
    return next((span for span in spans if span.kind == TOOL and span.error == text), None)


class SpanWatch(TracingProcessor):
    """Keeps the failed spans of a run, inner ones first, and shows each span to ``reports``."""

    def __init__(self, reports: SpanReports) -> None:
        self._reports = reports
        self._failed: deque[FailedSpan] = deque(maxlen=MOST)
        self._newest = ""
        """The id of the newest failed span: with --tracing each one may be reported twice."""

    @property
    def failed(self) -> tuple[FailedSpan, ...]:
        return tuple(self._failed)

    def forget(self) -> None:
        """Call it when a run starts."""
        self._failed.clear()
        self._reports.forget()

    @override
    def on_span_start(self, span: Span[Any]) -> None:
        self._reports.started(span)

    @override
    def on_span_end(self, span: Span[Any]) -> None:
        # May be called in the thread of a tool.
        failure = failed(span)
        self._reports.ended(span, _reason(failure))
        if failure is not None and span.span_id != self._newest:
            self._newest = span.span_id
            self._failed.append(failure)

    def _ignore(self, *_: object, **__: object) -> None:
        pass

    on_trace_start = on_trace_end = shutdown = force_flush = _ignore


class SpanRouter(TracingProcessor):
    """Passes each span to the watch of the run in whose context it starts and ends."""

    def __init__(self, watch: Callable[[], SpanWatch]) -> None:
        self._watch = watch

    @override
    def on_span_start(self, span: Span[Any]) -> None:
        self._watch().on_span_start(span)

    @override
    def on_span_end(self, span: Span[Any]) -> None:
        self._watch().on_span_end(span)

    def _ignore(self, *_: object, **__: object) -> None:
        pass

    on_trace_start = on_trace_end = shutdown = force_flush = _ignore


class PrivateTraces(DefaultTraceProvider):
    """Passes spans to ``watch`` only, whatever else is registered: nothing is uploaded."""

    def __init__(self, watch: TracingProcessor) -> None:
        super().__init__()
        super().set_processors([watch])
        super().set_disabled(False)

    def _ignore(self, *_: object, **__: object) -> None:
        pass

    register_processor = set_processors = set_disabled = _ignore


def install(watch: TracingProcessor, *, exported: bool) -> None:
    """Pass every span of this process to ``watch``; ``exported``: the SDK uploads them too.

    Call it again after user code has run, which may have set a trace provider of its own.
    """
    if exported:
        set_tracing_disabled(False)
        add_trace_processor(watch)
    elif not isinstance(get_trace_provider(), PrivateTraces):
        set_trace_provider(PrivateTraces(watch))
