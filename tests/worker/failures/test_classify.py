"""The fault table, row by row."""

import json
from collections.abc import Mapping

import httpx2
import openai
import pytest
from agents.exceptions import MaxTurnsExceeded, ModelBehaviorError, ModelRefusalError, UserError

from tui.protocol.events import Kind, Problem, RetryClass
from tui.worker.failures.classify import attach, attempt_problem, run_problem, tool_problem
from tui.worker.failures.classify_http import provider_problem, retry_after_seconds
from tui.worker.failures.stream_failures import (
    CutShort,
    EmptyAnswer,
    NoFirstEvent,
    ProviderFailure,
    Stalled,
    UnaskedStream,
    Unfinished,
)
from tui.worker.tools.span_failures import FailedSpan

HOST = "models.example"
REQUEST = httpx2.Request("POST", f"https://{HOST}/v1/responses")


def status_error(
    status: int, code: str | None = None, headers: Mapping[str, str] | None = None
) -> openai.APIStatusError:
    response = httpx2.Response(
        status, request=REQUEST, headers={"x-request-id": "req_1", **(headers or {})}
    )
    body = {"message": "what the provider says", "code": code}
    return openai.APIStatusError("status", response=response, body=body)


def connection_error(cause: Exception) -> openai.APIConnectionError:
    error = openai.APIConnectionError(request=REQUEST)
    error.__cause__ = cause
    return error


def timeout(cause: Exception) -> openai.APITimeoutError:
    error = openai.APITimeoutError(request=REQUEST)
    error.__cause__ = cause
    return error


def of_attempt(error: BaseException, *, shown: bool = False) -> Problem:
    return attempt_problem(error, host=HOST, shown=shown)


@pytest.mark.parametrize(
    ("error", "kind", "retry"),
    [
        (connection_error(ConnectionRefusedError("refused")), "network", "automatic"),
        (timeout(httpx2.ConnectTimeout("slow")), "timeout", "automatic"),
        (connection_error(ConnectionResetError("reset")), "network", "automatic"),
        (Unfinished(), "network", "automatic"),
        (NoFirstEvent(60), "timeout", "automatic"),
        (Stalled(60), "timeout", "automatic"),
        (status_error(429, headers={"retry-after": "3"}), "rate_limit", "automatic"),
        (status_error(429, headers={"retry-after": "300"}), "rate_limit", "manual"),
        (status_error(429, "insufficient_quota"), "rate_limit", "never"),
        (status_error(408), "timeout", "automatic"),
        (status_error(409), "server", "automatic"),
        (status_error(500), "server", "automatic"),
        (status_error(503), "server", "automatic"),
        (status_error(529), "server", "automatic"),
        (status_error(401), "auth", "manual"),
        (status_error(403), "auth", "manual"),
        (openai.OpenAIError("The api_key client option must be set"), "auth", "manual"),
        (status_error(404, "model_not_found"), "agent", "manual"),
        (status_error(400), "agent", "manual"),
        (status_error(422), "agent", "manual"),
        (status_error(400, "context_length_exceeded"), "agent", "manual"),
        (status_error(413), "agent", "manual"),
        (ProviderFailure("server_error", "oops"), "server", "automatic"),
        (ProviderFailure("rate_limit_exceeded", "oops"), "rate_limit", "automatic"),
        (openai.APIError("oops", REQUEST, body={"code": "server_error"}), "server", "automatic"),
        (CutShort("max_output_tokens"), "agent", "manual"),
        (CutShort("content_filter"), "guardrail", "never"),
        (EmptyAnswer(), "server", "automatic"),
        (UnaskedStream(), "server", "manual"),
        (json.JSONDecodeError("bad", "secret text", 0), "server", "automatic"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), "server", "automatic"),
        (connection_error(httpx2.DecodingError("gzip")), "server", "automatic"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_failed_attempt_has_a_kind_and_a_retry_class(
    error: BaseException, kind: Kind, retry: RetryClass
) -> None:
    problem = of_attempt(error)
    assert (problem.kind, problem.retry) == (kind, retry)
    assert problem.message


def test_the_number_of_a_system_error_is_not_shown() -> None:
    error = connection_error(ConnectionResetError(104, "Connection reset by peer"))
    assert of_attempt(error).message == f"The connection to {HOST} failed: Connection reset by peer"


def test_a_refused_connection_is_said_in_the_systems_words() -> None:
    error = connection_error(ConnectionRefusedError(111, "Connect call failed ('127.0.0.1', 1)"))
    assert of_attempt(error).message == f"The connection to {HOST} failed: Connection refused"


def test_an_address_that_is_none_is_not_tried_again() -> None:
    problem = of_attempt(connection_error(httpx2.UnsupportedProtocol("protocol 'localhost://'")))
    assert (problem.kind, problem.retry, problem.code) == ("agent", "never", "bad_address")
    assert "http://HOST" in problem.advice


def test_a_retry_after_a_partial_answer_has_its_own_class() -> None:
    assert of_attempt(Unfinished(), shown=True).retry == "after_partial"
    assert of_attempt(status_error(401), shown=True).retry == "manual"


def test_an_http_error_has_status_code_and_request_id() -> None:
    problem = of_attempt(status_error(429, "rate_limit_exceeded", {"retry-after": "7"}))
    assert (problem.status, problem.code, problem.request_id) == (
        429,
        "rate_limit_exceeded",
        "req_1",
    )
    assert problem.retry_after == 7
    assert "what the provider says" in problem.message


def test_a_long_wait_is_in_the_advice() -> None:
    assert "5 min" in of_attempt(status_error(429, headers={"retry-after": "300"})).advice


def test_unreadable_text_stays_out_of_the_message() -> None:
    problem = of_attempt(json.JSONDecodeError("bad", "secret text", 0))
    assert "secret" not in f"{problem.message}{problem.detail}"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"}, 7.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
    ],
)
def test_retry_after_is_parsed_in_all_forms(
    headers: Mapping[str, str], seconds: float | None
) -> None:
    assert retry_after_seconds(headers, now=784111770.0) == seconds


def test_a_run_that_a_failed_attempt_ends_has_its_problem() -> None:
    problem = of_attempt(status_error(500))
    cause = status_error(500)
    attach(cause, problem)
    outer = UserError("wrapped")
    outer.__cause__ = cause
    assert run_problem(outer) == problem


def test_other_failures_of_a_run_have_their_kinds() -> None:
    limit = run_problem(MaxTurnsExceeded("Max turns (3) exceeded"))
    assert limit.kind == "max_turns"
    assert (
        limit.message == "This turn has reached its limit of model calls: Max turns (3) exceeded."
    )
    assert "--max-turns" in limit.advice
    assert run_problem(ModelBehaviorError("Tool x not found in agent A")).kind == "agent"
    assert run_problem(ZeroDivisionError("in the user's instructions")).kind == "agent"


def test_a_tools_exception_is_reported_without_the_sdks_wrapper() -> None:
    wrapped = UserError("Error running tool x: nope")
    wrapped.__cause__ = KeyError("nope")
    problem = run_problem(wrapped)
    assert (problem.kind, problem.code) == ("tool", "KeyError")
    assert tool_problem(ValueError("bad")).message == "ValueError: bad"


def test_a_tool_whose_exception_the_sdk_does_not_wrap_is_found_by_its_span() -> None:
    error = ConnectionError("the browser is gone")
    data = {"tool_name": "computer", "error": "the browser is gone"}
    spans = (FailedSpan("function", "computer", "Error running tool", data),)
    problem = run_problem(error, spans=spans)
    assert problem.kind == "tool"
    assert problem.message == "computer: ConnectionError: the browser is gone"
    assert "function computer: Error running tool" in problem.detail


def test_an_earlier_tool_failure_is_not_the_reason_for_the_runs_end() -> None:
    data = {"tool_name": "dig", "error": "no spade"}
    spans = (FailedSpan("function", "dig", "Error running tool", data),)
    problem = run_problem(ModelBehaviorError("Tool nowhere not found"), spans=spans)
    assert (problem.kind, problem.message) == ("agent", "Tool nowhere not found")
    assert "no spade" in problem.detail


def test_a_failed_attempts_problem_is_not_changed_by_spans() -> None:
    error = Unfinished()
    attach(error, of_attempt(error))
    spans = (FailedSpan("response", "", "Error in model", {"error": "cut"}),)
    assert run_problem(error, spans=spans) == of_attempt(error)


def test_a_refusal_is_not_retried() -> None:
    problem = run_problem(ModelRefusalError("I must not"))
    assert (problem.kind, problem.retry, problem.code) == ("guardrail", "never", "refusal")


@pytest.mark.parametrize(
    ("code", "kind", "retry"),
    [
        ("502", "server", "automatic"),
        ("503", "server", "automatic"),
        ("429", "rate_limit", "automatic"),
        ("401", "auth", "manual"),
        ("400", "agent", "manual"),
        ("UNAVAILABLE", "server", "automatic"),
        ("RESOURCE_EXHAUSTED", "rate_limit", "automatic"),
        ("invalid_prompt", "agent", "manual"),
        ("weird_错误", "server", "manual"),
        ("", "server", "automatic"),
    ],
)
def test_a_code_in_the_stream_counts_like_the_same_http_status(
    code: str, kind: str, retry: str
) -> None:
    problem = provider_problem(code, "upstream")
    assert (problem.kind, problem.retry, problem.code) == (kind, retry, code)


def test_an_unknown_error_in_the_stream_is_not_called_a_refusal() -> None:
    words = "The server reported an error: out of cheese"
    assert provider_problem("weird_错误", "out of cheese").message == words
