"""Turns exceptions into problems, for the user and for the retry policy.

Pure functions of an exception, and of the SDK's spans that failed with it. The rows in comments are
those of the fault table.
"""

import json
import os
import re
import socket
import ssl
from collections.abc import Sequence

import openai
from agents.exceptions import (
    MaxTurnsExceeded,
    ModelBehaviorError,
    ModelRefusalError,
    ModelTimeoutError,
    ToolTimeoutError,
    UserError,
)
from msgspec import structs

from tui.protocol.events import Kind, Problem
from tui.protocol.events.problem import TURN_DEADLINE
from tui.protocol.retry_policy import NOT_A_STREAM
from tui.worker.agent.import_failures import missing_package
from tui.worker.agent.options.sandbox_needs import no_sandbox
from tui.worker.failures.classify_http import (
    provider_problem,
    status_problem,
    wrapped_problem,
)
from tui.worker.failures.classify_websocket import websocket_problem
from tui.worker.failures.error_report import report_of
from tui.worker.failures.guardrails import tripped_guardrail
from tui.worker.failures.missing_context import MISSING_CONTEXT, missing_context
from tui.worker.failures.other_clients import inner_error, is_wrapped
from tui.worker.failures.stream_failures import (
    CutShort,
    EmptyAnswer,
    NoFirstEvent,
    ProviderFailure,
    Stalled,
    TurnDeadline,
    UnaskedStream,
    Unfinished,
)
from tui.worker.failures.tracebacks import causes, user_traceback
from tui.worker.tools.span_failures import FailedSpan, tool_span

PROBLEM_ATTRIBUTE = "streamtui_problem"

CHECK_NETWORK = "Check the address and the network; the next attempt may work."
_BAD_ADDRESS = ("UnsupportedProtocol", "InvalidURL")
EVENT_STREAM = "text/event-stream"
_ERROR_NUMBER = re.compile(r"\[Errno -?\d+\] ")
_NO_SANDBOX = "SandboxAgent execution requires"
"""How the SDK begins when a handoff leads to an agent in a sandbox, and there is none."""
FIX_AGENT = "Trying again cannot help. Fix the agent: it is reloaded when its file is saved."
_BUGS = (
    ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, NameError,
    NotImplementedError, TypeError,
)  # fmt: skip
"""What the agent's own code raises each time that it runs with the same input."""
CONTINUE = "Press the retry key to continue from what is finished."


def attach(error: BaseException, problem: Problem) -> None:
    """Keep the problem that was reported for this failure, in case it ends the run as well."""
    setattr(error, PROBLEM_ATTRIBUTE, problem)


def attached(error: BaseException) -> Problem | None:
    """The problem that was reported for this failure, or for one that caused it."""
    for link in causes(error):
        problem = getattr(link, PROBLEM_ATTRIBUTE, None)
        if isinstance(problem, Problem):
            return problem
    return None


def attempt_problem(
    error: BaseException, *, host: str, shown: bool, websocket: bool = False
) -> Problem:
    """Why an attempt of a model call failed; ``shown``: part of its answer was shown."""
    problem = websocket_problem(error, host or "the server") if websocket else None
    problem = problem or _inner_problem(inner_error(error), host or "the server")
    if shown and problem.retry == "automatic":
        return structs.replace(problem, retry="after_partial")
    return problem


def run_problem(
    error: BaseException, *, host: str = "", spans: Sequence[FailedSpan] = ()
) -> Problem:
    """Why a run failed; ``spans`` are its failed ones, inner ones first."""
    known = attached(error) or _guardrail_problem(error) or _sandbox_problem(error)
    if known is not None:
        return known
    problem = _ended_by(error, host)
    tool = tool_span(error, spans)
    changes: dict[str, object] = {"detail": _with_spans(problem.detail, spans)}
    if tool is not None:
        changes |= {"kind": "tool", "message": f"{tool.name}: {problem.message}"}
    elif problem.code != MISSING_CONTEXT and _fails_again(error):
        advice = missing_package(error) or FIX_AGENT
        changes |= {"kind": "agent", "advice": advice, "retry": "never"}
    return structs.replace(problem, **changes)


def _fails_again(error: BaseException) -> bool:
    """Whether the agent itself is at fault: the SDK refuses it, or its own code has a bug."""
    if isinstance(error, UserError):
        return isinstance(_deepest_tool_error(error), UserError)
    return isinstance(error, _BUGS)


def _sandbox_problem(error: BaseException) -> Problem | None:
    if isinstance(error, UserError) and str(error).startswith(_NO_SANDBOX):
        return no_sandbox("An agent of this run")
    return None


def _guardrail_problem(error: BaseException) -> Problem | None:
    if isinstance(error, ModelRefusalError):
        # Row 34. The refusal itself is shown as the answer.
        message = "The model declined to answer."
        return Problem(kind="guardrail", message=message, retry="never", code="refusal")
    guardrail = tripped_guardrail(error)
    if guardrail is None:
        return None
    return Problem(
        kind="guardrail",
        message=f"The guardrail {guardrail.name} stopped this turn.",
        retry="never",
        code="guardrail",
    )


def _ended_by(error: BaseException, host: str) -> Problem:
    match error:
        case TurnDeadline():
            # Row 11.
            message = f"The turn's deadline of {error.seconds:g} s has passed."
            return Problem(kind="timeout", message=message, advice=CONTINUE, code=TURN_DEADLINE)
        case MaxTurnsExceeded():
            # The SDK's "turn" is a model call; ours is a message with all that follows it.
            message = f"This turn has reached its limit of model calls: {error}."
            advice = f"{CONTINUE} --max-turns sets the limit."
            return Problem(kind="max_turns", message=message, advice=advice, code=_name(error))
        case ToolTimeoutError():
            return Problem(kind="tool", message=str(error), advice=CONTINUE, code=_name(error))
        case ModelBehaviorError():
            return Problem(kind="agent", message=str(error), code=_name(error))
        case openai.OpenAIError():
            return attempt_problem(error, host=host, shown=True)
    return _user_code_problem(error)


def response_is_gone(problem: Problem) -> bool:
    """Whether the server no longer has the response that the request continues."""
    words = problem.message.lower()
    named = "previous response" in words or "previous_response" in words
    return problem.code == "previous_response_not_found" or (named and "not found" in words)


def policy_problem(error: BaseException) -> Problem:
    """Why the user's retry policy could not decide."""
    return Problem(
        kind="agent",
        message=f"The agent's retry policy failed: {_described(error)}",
        detail=user_traceback(error),
        code=_name(error),
    )


def tool_problem(error: BaseException) -> Problem:
    """Why a tool failed: the exception's type and message, and the user's frames."""
    cause = _deepest_tool_error(error)
    advice = missing_context(cause)
    return Problem(
        kind="tool",
        message=_described(cause),
        advice=advice,
        detail=user_traceback(cause),
        retry="never",
        code=MISSING_CONTEXT if advice else _name(cause),
    )


def span_problem(span: FailedSpan, output: str = "") -> Problem:
    """Why a tool failed whose exception the SDK keeps; ``output`` is what the model gets."""
    return Problem(
        kind="tool",
        message=output or span.error or span.message,
        detail=_with_spans("", (span,)),
        retry="never",
        code="tool_error",
    )


def _inner_problem(error: BaseException, host: str) -> Problem:
    if is_wrapped(error) and not isinstance(error, openai.APIConnectionError):
        return wrapped_problem(error)
    return _attempt_problem(error, host)


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
            return provider_problem(str(error.code or ""), error.message, error.body)
        case openai.OpenAIError():
            return _client_problem(error)
    return _stream_problem(error, host)


def _stream_problem(error: BaseException, host: str) -> Problem:
    match error:
        case CutShort():
            return _cut_short(error)
        case ProviderFailure():
            return provider_problem(error.code, error.message, error.body)
        case UnaskedStream():
            message = f"{host} sent a stream although the whole answer was asked for at once."
            advice = "Leave out --no-stream."
            return Problem(kind="server", message=message, advice=advice, code="unasked_stream")
        case NoFirstEvent() | Stalled() | ModelTimeoutError() | EmptyAnswer() | Unfinished():
            return _silence(error, host)
        case json.JSONDecodeError() | UnicodeDecodeError():
            # Rows 28 and 29. The unreadable text stays out of the message.
            return _malformed(host, _name(error))
    return _user_code_problem(error)


def _silence(error: BaseException, host: str) -> Problem:
    """Rows 5, 7 to 9 and 24 to 26: something that was expected did not arrive."""
    kind: Kind = "timeout"
    match error:
        case NoFirstEvent():
            code = "first_event_timeout"
            message = f"No response from {host} in {error.seconds:g} s."
        case EmptyAnswer(page=page) if report_of(page).codes:
            # An error in the body of an answer whose status says that all is well.
            return provider_problem("", "", page)
        case EmptyAnswer(content_type=sent) if sent and EVENT_STREAM not in sent:
            kind, code, message = "server", NOT_A_STREAM, f"{host} sent {sent} instead of a stream."
        case EmptyAnswer():
            kind, code, message = "server", "empty_stream", f"{host} sent an empty answer."
        case Unfinished():
            kind, code = "network", "incomplete"
            message = f"The answer from {host} is incomplete: its stream ended early."
        case _:
            message, code = f"{host} stopped sending: {error}.", "idle_timeout"
    return Problem(kind=kind, message=message, advice=CONTINUE, retry="automatic", code=code)


def _cut_short(error: CutShort) -> Problem:
    """Rows 22 and 23."""
    if error.reason == "content_filter":
        return Problem(
            kind="guardrail",
            message="The provider's content filter cut the answer.",
            retry="never",
            code="content_filter",
        )
    if error.reason not in {"max_output_tokens", "max_tokens", "length"}:
        message = f"The provider ended the answer early: {error.reason}."
        return Problem(kind="agent", message=message, advice=CONTINUE, code=error.reason)
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
        advice=CONTINUE,
        detail=detail,
        retry="automatic",
        code="malformed_stream",
    )


def _timeout(error: openai.APITimeoutError, host: str) -> Problem:
    connecting = any("Connect" in _name(link) for link in causes(error))
    what = f"Connecting to {host} timed out." if connecting else f"{host} did not answer in time."
    return Problem(
        kind="timeout",
        message=what,
        advice=CHECK_NETWORK,
        retry="automatic",
        code="connect_timeout" if connecting else "read_timeout",
    )


def _connection(error: openai.APIConnectionError, host: str) -> Problem:
    root = list(causes(error))[-1]
    words = _of_system(root) or str(root) or str(error.__cause__ or "") or _name(root)
    if any(_name(link) == "DecodingError" for link in causes(error)):
        return _malformed(host, words)
    if any(_name(link) in _BAD_ADDRESS for link in causes(error)):
        return Problem(
            kind="agent",
            message=f"The server's address is not valid: {words}",
            advice="Write it as http://HOST:PORT/v1 or https://HOST/v1.",
            retry="never",
            code="bad_address",
        )
    return Problem(
        kind="network",
        message=f"The connection to {host} failed: {_ERROR_NUMBER.sub('', words)}",
        advice=CHECK_NETWORK,
        retry="automatic",
        code=_name(root),
    )


def _of_system(error: BaseException) -> str:
    """The system's own words for its error; "" for one that is not the system's."""
    if not isinstance(error, OSError) or isinstance(error, ssl.SSLError | socket.gaierror):
        return ""
    if not error.errno or error.errno < 0:
        return ""
    return os.strerror(error.errno)


def _client_problem(error: openai.OpenAIError) -> Problem:
    if "api_key" in str(error):
        # Row 17: the client could not be created.
        return Problem(
            kind="auth",
            message="There is no API key.",
            advice="Set OPENAI_API_KEY, or name your server with --base-url.",
            code="missing_key",
        )
    return Problem(kind="agent", message=str(error), code=_name(error))


def _user_code_problem(error: BaseException) -> Problem:
    cause = _deepest_tool_error(error)
    advice = missing_context(cause)
    return Problem(
        kind="tool" if cause is not error else "agent",
        message=str(error) if isinstance(error, UserError) else _described(error),
        advice=advice or CONTINUE,
        detail=user_traceback(cause),
        code=MISSING_CONTEXT if advice else _name(cause),
    )


def _deepest_tool_error(error: BaseException) -> BaseException:
    """The SDK wraps what a tool raised in a UserError."""
    if isinstance(error, UserError) and error.__cause__ is not None:
        return error.__cause__
    return error


def _with_spans(detail: str, spans: Sequence[FailedSpan]) -> str:
    listed = ["The SDK's spans:", *(f"  {span}" for span in spans)] if spans else []
    return "\n".join([*filter(None, [detail]), *listed])


def _described(error: BaseException) -> str:
    words = str(error)
    return f"{_name(error)}: {words}" if words else _name(error)


def _name(error: BaseException) -> str:
    return type(error).__name__
