"""What the SDK says of failures in its own spans: looked at in this process, sent nowhere.

Some failures are told nowhere else: what a shell, a patch editor or a custom tool raised reaches
the stream as ordinary output, and a run's exception does not say in which tool, handoff or agent it
arose.
"""

from collections import deque
from collections.abc import Mapping, Sequence
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

MOST = 8
"""Failed spans that are remembered of a run, the newest."""

MOST_SHOWN = 2_000
"""Characters of one thing that a span tells."""

TOOL = "function"
"""What the SDK calls the spans of tools of every sort."""


_NAMES = ("name", "agent_name", "to_agent", "server")
"""Under which of these a span keeps what it is about depends on its kind."""


class FailedSpan(NamedTuple):
    """A span that ended with an error, in the SDK's words."""

    kind: str
    """``function``, ``agent``, ``handoff``, ``guardrail``, ``turn``, ``mcp_tools`` …"""
    name: str
    message: str
    data: Mapping[str, object] = {}

    @property
    def error(self) -> str:
        """What was raised, as text; "" where the span does not say it."""
        return _short(self.data.get("error") or "")

    def __str__(self) -> str:
        told = ", ".join(f"{key}: {_short(value)}" for key, value in self.data.items())
        where = f"{self.kind} {self.name}".rstrip()
        return f"{where}: {self.message}" + (f" ({told})" if told else "")


def _short(value: object) -> str:
    try:
        text = str(value)
    except Exception as error:  # noqa: BLE001 - a user's object that cannot be shown
        text = type(error).__name__
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def failed(span: Span[Any] | None) -> FailedSpan | None:
    """The failure that a span tells of; None where there is none."""
    if span is None or not span.error:
        return None
    about = span.span_data
    name = next(filter(None, (getattr(about, field, None) for field in _NAMES)), "")
    # Users' code may put anything there.
    error: Any = span.error
    told = error if isinstance(error, Mapping) else {"message": error}
    data = told.get("data") or {}
    if not isinstance(data, Mapping):
        data = {"data": data}
    return FailedSpan(str(about.type), str(name), str(told.get("message") or ""), data)


def failed_now() -> FailedSpan | None:
    """The failure of the span that is under way here."""
    return failed(get_current_span())


def tool_span(error: BaseException, spans: Sequence[FailedSpan]) -> FailedSpan | None:
    """The tool that raised an error which the SDK passed on as it was."""
    said = _short(str(error) or type(error).__name__)
    return next((span for span in spans if span.kind == TOOL and span.error == said), None)


class SpanWatch(TracingProcessor):
    """Remembers the spans of a run that failed, inner ones before those around them."""

    def __init__(self) -> None:
        self._failed: deque[FailedSpan] = deque(maxlen=MOST)
        self._newest = ""
        """The id of the newest failed span: with --tracing this may be told of each one twice."""

    @property
    def failed(self) -> tuple[FailedSpan, ...]:
        return tuple(self._failed)

    def forget(self) -> None:
        """Another run begins."""
        self._failed.clear()

    @override
    def on_span_end(self, span: Span[Any]) -> None:
        # May be called in the thread of a tool.
        failure = failed(span)
        if failure is not None and span.span_id != self._newest:
            self._newest = span.span_id
            self._failed.append(failure)

    @override
    def on_span_start(self, span: Span[Any]) -> None:
        pass

    @override
    def on_trace_start(self, trace: Any) -> None:
        pass

    @override
    def on_trace_end(self, trace: Any) -> None:
        pass

    @override
    def shutdown(self) -> None:
        pass

    @override
    def force_flush(self) -> None:
        pass


class PrivateTraces(DefaultTraceProvider):
    """Spans for ``watch`` alone, whoever else wants them: nothing is uploaded unless asked for."""

    def __init__(self, watch: SpanWatch) -> None:
        super().__init__()
        super().set_processors([watch])
        super().set_disabled(False)

    @override
    def register_processor(self, processor: TracingProcessor) -> None:
        pass

    @override
    def set_processors(self, processors: list[TracingProcessor]) -> None:
        pass

    @override
    def set_disabled(self, disabled: bool) -> None:
        pass


def install(watch: SpanWatch, *, exported: bool) -> None:
    """See every span of this process from now on; ``exported``: and let the SDK upload them.

    To be said again when code of the user's has run, which may have put itself in this place.
    """
    if exported:
        set_tracing_disabled(False)
        add_trace_processor(watch)
    elif not isinstance(get_trace_provider(), PrivateTraces):
        set_trace_provider(PrivateTraces(watch))
