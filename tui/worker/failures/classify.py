"""What went wrong, for people and for the retry policy.

Pure functions of an exception, and of the SDK's spans that failed with it.

The rows named in comments are those of the fault table in docs.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

import openai
from agents.exceptions import (
    InputGuardrailTripwireTriggered,
    MaxTurnsExceeded,
    ModelBehaviorError,
    ModelRefusalError,
    ModelTimeoutError,
    OutputGuardrailTripwireTriggered,
    ToolInputGuardrailTripwireTriggered,
    ToolOutputGuardrailTripwireTriggered,
    ToolTimeoutError,
    UserError,
)
from msgspec import structs

from tui.protocol.events import Kind, Problem
from tui.worker.failures.classify_http import provider_problem, status_problem
from tui.worker.failures.stream_failures import (
    CutShort,
    EmptyAnswer,
    NoFirstEvent,
    ProviderFailure,
    Stalled,
    TurnDeadline,
    Unfinished,
)
from tui.worker.failures.tracebacks import user_traceback
from tui.worker.model.retry import NOT_A_STREAM
from tui.worker.tools.span_failures import FailedSpan, tool_span

PROBLEM_ATTRIBUTE = "streamtui_problem"

CHECK_NETWORK = "Check the address and the network; the next attempt may work."
EVENT_STREAM = "text/event-stream"
_ERROR_NUMBER = re.compile(r"\[Errno -?\d+\] ")
KEEP_GOING = "Press the retry key to go on from what is finished."


def attach(error: BaseException, problem: Problem) -> None:
    """Remember what was said about this failure, for when it ends the run as well."""
    setattr(error, PROBLEM_ATTRIBUTE, problem)


def attached(error: BaseException) -> Problem | None:
    """What was said about this failure, or about one that caused it."""
    for link in chain(error):
        problem = getattr(link, PROBLEM_ATTRIBUTE, None)
        if isinstance(problem, Problem):
            return problem
    return None


def chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and its causes."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def attempt_problem(error: BaseException, *, host: str, shown: bool) -> Problem:
    """Why an attempt of a model call failed; ``shown``: something of its answer was seen."""
    problem = _attempt_problem(error, host or "the server")
    if shown and problem.retry == "automatic":
        return structs.replace(problem, retry="after_partial")
    return problem


def run_problem(
    error: BaseException, *, host: str = "", spans: Sequence[FailedSpan] = ()
) -> Problem:
    """Why a run failed; ``spans``: those of the run that did, inner ones first."""
    known = attached(error) or _guardrail_problem(error)
    if known is not None:
        return known
    problem = _ended_by(error, host)
    tool = tool_span(error, spans)
    changes: dict[str, object] = {"detail": _with_spans(problem.detail, spans)}
    if tool is not None:
        changes |= {"kind": "tool", "message": f"{tool.name}: {problem.message}"}
    return structs.replace(problem, **changes)


def _guardrail_problem(error: BaseException) -> Problem | None:
    if isinstance(error, ModelRefusalError):
        # Row 34. Its words stand above, as the answer.
        message = "The model refused to answer."
        return Problem(kind="guardrail", message=message, retry="never", code="refusal")
    guardrail = tripped_guardrail(error)
    if guardrail is None:
        return None
    return Problem(
        kind="guardrail",
        message=f"The guardrail {guardrail} stopped this turn.",
        retry="never",
        code="guardrail",
    )


def _ended_by(error: BaseException, host: str) -> Problem:
    match error:
        case TurnDeadline():
            # Row 11.
            message = f"The turn's deadline of {error.seconds:g} s has passed."
            return Problem(kind="timeout", message=message, advice=KEEP_GOING, code="turn_deadline")
        case MaxTurnsExceeded():
            return Problem(
                kind="max_turns", message=f"{error}.", advice=KEEP_GOING, code=_name(error)
            )
        case ToolTimeoutError():
            return Problem(kind="tool", message=str(error), advice=KEEP_GOING, code=_name(error))
        case ModelBehaviorError():
            return Problem(kind="agent", message=str(error), code=_name(error))
        case openai.OpenAIError():
            return attempt_problem(error, host=host, shown=True)
    return _user_code_problem(error)


def tripped_guardrail(error: BaseException) -> str | None:
    """The name of the guardrail that stopped the run, if one did."""
    match error:
        case InputGuardrailTripwireTriggered() | OutputGuardrailTripwireTriggered():
            return error.guardrail_result.guardrail.get_name()
        case ToolInputGuardrailTripwireTriggered() | ToolOutputGuardrailTripwireTriggered():
            return error.guardrail.get_name()
    return None


def tool_problem(error: BaseException) -> Problem:
    """Why a tool failed: the exception's type and words, and the user's frames."""
    cause = _deepest_tool_error(error)
    return Problem(
        kind="tool",
        message=_described(cause),
        detail=user_traceback(cause),
        retry="never",
        code=_name(cause),
    )


def span_problem(span: FailedSpan, said: str = "") -> Problem:
    """Why a tool failed whose exception nobody but the SDK has seen.

    ``said``: what the model is told of it.
    """
    return Problem(
        kind="tool",
        message=said or span.error or span.message,
        detail=_with_spans("", (span,)),
        retry="never",
        code="tool_error",
    )


def _attempt_problem(error: BaseException, host: str) -> Problem:
    match error:
        case openai.APIStatusError():
            return status_problem(error)
        case openai.APITimeoutError():
            return _timeout(error, host)
        case openai.APIConnectionError():
            return _connection(error, host)
        case openai.APIError():
            # Row 21: ``data: {"error": …}`` in the stream.
            return provider_problem(*_code_and_message(error))
        case openai.OpenAIError():
            return _client_problem(error)
    return _stream_problem(error, host)


def _stream_problem(error: BaseException, host: str) -> Problem:
    match error:
        case CutShort():
            return _cut_short(error)
        case ProviderFailure():
            return provider_problem(error.code, error.message)
        case NoFirstEvent() | Stalled() | ModelTimeoutError() | EmptyAnswer() | Unfinished():
            return _silence(error, host)
        case json.JSONDecodeError() | UnicodeDecodeError():
            # Rows 28 and 29. The text that could not be read stays out of the message.
            return _malformed(host, _name(error))
    return _user_code_problem(error)


def _silence(error: BaseException, host: str) -> Problem:
    """Rows 5, 7 to 9 and 24 to 26: something that should have come did not."""
    kind: Kind = "timeout"
    match error:
        case NoFirstEvent():
            message, code = (
                f"No response from {host} in {error.seconds:g} s.",
                "first_event_timeout",
            )
        case EmptyAnswer():
            kind, code, message = "server", *_empty(error.content_type, host)
        case Unfinished():
            kind, code = "network", "incomplete"
            message = f"The answer from {host} is incomplete: its stream ended early."
        case _:
            message, code = f"{host} stopped sending: {error}.", "idle_timeout"
    return Problem(kind=kind, message=message, advice=KEEP_GOING, retry="automatic", code=code)


def _cut_short(error: CutShort) -> Problem:
    """Rows 22 and 23."""
    if error.reason == "content_filter":
        return Problem(
            kind="guardrail",
            message="The provider's content filter cut the answer.",
            retry="never",
            code="content_filter",
        )
    return Problem(
        kind="agent",
        message="The answer was cut at the token limit.",
        advice="Press the retry key to continue it, or raise max_tokens.",
        code=error.reason,
    )


def _malformed(host: str, detail: str) -> Problem:
    return Problem(
        kind="server",
        message=f"{host} sent a malformed stream.",
        advice=KEEP_GOING,
        detail=detail,
        retry="automatic",
        code="malformed_stream",
    )


def _timeout(error: openai.APITimeoutError, host: str) -> Problem:
    connecting = any("Connect" in _name(link) for link in chain(error))
    what = f"Connecting to {host} timed out." if connecting else f"{host} did not answer in time."
    return Problem(
        kind="timeout",
        message=what,
        advice=CHECK_NETWORK,
        retry="automatic",
        code="connect_timeout" if connecting else "read_timeout",
    )


def _connection(error: openai.APIConnectionError, host: str) -> Problem:
    root = list(chain(error))[-1]
    words = str(root) or str(error.__cause__ or "") or _name(root)
    if any(_name(link) == "DecodingError" for link in chain(error)):
        return _malformed(host, words)
    return Problem(
        kind="network",
        message=f"The connection to {host} failed: {_ERROR_NUMBER.sub('', words)}",
        advice=CHECK_NETWORK,
        retry="automatic",
        code=_name(root),
    )


def _client_problem(error: openai.OpenAIError) -> Problem:
    if "api_key" in str(error):
        # Row 17: the client could not even be made.
        return Problem(
            kind="auth",
            message="There is no API key.",
            advice="Set OPENAI_API_KEY, or name your server with --base-url.",
            code="missing_key",
        )
    return Problem(kind="agent", message=str(error), code=_name(error))


def _user_code_problem(error: BaseException) -> Problem:
    cause = _deepest_tool_error(error)
    return Problem(
        kind="tool" if cause is not error else "agent",
        message=str(error) if isinstance(error, UserError) else _described(error),
        advice=KEEP_GOING,
        detail=user_traceback(cause),
        code=_name(cause),
    )


def _deepest_tool_error(error: BaseException) -> BaseException:
    """The SDK wraps what a tool raised in a UserError."""
    if isinstance(error, UserError) and error.__cause__ is not None:
        return error.__cause__
    return error


def _code_and_message(error: openai.APIError) -> tuple[str, str]:
    body = error.body if isinstance(error.body, Mapping) else {}
    code = error.code or body.get("code") or body.get("type") or ""
    return str(code), error.message


def _empty(content_type: str, host: str) -> tuple[str, str]:
    """Rows 26 and 27: a stream without an event, or something else than a stream."""
    if content_type and EVENT_STREAM not in content_type:
        return NOT_A_STREAM, f"{host} sent {content_type} and not a stream."
    return "empty_stream", f"{host} sent an empty answer."


def _with_spans(detail: str, spans: Sequence[FailedSpan]) -> str:
    told = [f"  {span}" for span in spans]
    return "\n".join([*filter(None, [detail]), *(["The SDK's spans:", *told] if told else [])])


def _described(error: BaseException) -> str:
    words = str(error)
    return f"{_name(error)}: {words}" if words else _name(error)


def _name(error: BaseException) -> str:
    return type(error).__name__
