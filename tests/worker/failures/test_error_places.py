"""One error has one class and one wait, wherever in an answer it arrives."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.support.provider import HttpError, Page, Step
from tests.worker.conftest import StartProvider, StartWorker
from tui.protocol.events import AttemptFailed
from tui.worker.failures.error_report import duration, report_of, wait_in

Error = dict[str, Any]
WORDS = "upstream worker limit reached"
CLASSES: Mapping[object, tuple[str, str]] = {
    400: ("agent", "manual"),
    401: ("auth", "manual"),
    402: ("rate_limit", "never"),
    403: ("auth", "manual"),
    404: ("agent", "manual"),
    408: ("timeout", "automatic"),
    413: ("agent", "manual"),
    429: ("rate_limit", "automatic"),
    500: ("server", "automatic"),
    502: ("server", "automatic"),
    503: ("server", "automatic"),
    529: ("server", "automatic"),
    "429": ("rate_limit", "automatic"),
    "rate_limit_exceeded": ("rate_limit", "automatic"),
    "RESOURCE_EXHAUSTED": ("rate_limit", "automatic"),
    "insufficient_quota": ("rate_limit", "never"),
    "overloaded_error": ("server", "automatic"),
    "service_unavailable": ("server", "automatic"),
    "context_length_exceeded": ("agent", "manual"),
    "invalid_api_key": ("auth", "manual"),
    "permission_error": ("auth", "manual"),
    "model_not_found": ("agent", "manual"),
    "content_filter": ("guardrail", "never"),
    "request_timeout": ("timeout", "automatic"),
    "invalid_prompt": ("agent", "manual"),
}


def _stream(data: object, event: str = "") -> Page:
    name = f"event: {event}\n" if event else ""
    return Page(f"{name}data: {json.dumps(data)}\n\n", "text/event-stream")


def _http(error: Error) -> HttpError:
    code = error["code"]
    return HttpError(
        status=code if isinstance(code, int) else 400, body=json.dumps({"error": error})
    )


PLACES: dict[str, Callable[[Error], Step]] = {
    "chat status": _http,
    "responses status": _http,
    "chat page": lambda error: Page(json.dumps({"error": error}), "application/json"),
    "responses page": lambda error: Page(json.dumps([{"error": error}]), "application/json"),
    "chat data": lambda error: _stream({"error": error}),
    "responses data": lambda error: _stream({"error": error}),
    "chat event": lambda error: _stream({"error": error}, "error"),
    "chat chunk": lambda error: _stream(
        {"id": "c", "object": "chat.completion.chunk", "choices": [], "error": error}
    ),
    "responses event": lambda error: _stream({"type": "error", **error}, "error"),
    "responses failed": lambda error: _stream(
        {"type": "response.failed", "response": {"id": "r", "status": "failed", "error": error}}
    ),
    "responses completed": lambda error: _stream(
        {
            "type": "response.completed",
            "response": {"id": "r", "status": "failed", "error": error, "output": []},
        }
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_code_has_the_same_class_at_every_place(
    place: str, provide: StartProvider, work: StartWorker
) -> None:
    step = PLACES[place]
    provider = provide(*[step({"code": code, "message": WORDS}) for code in CLASSES])
    worker = work("plain", provider, api=place.split(maxsplit=1)[0], max_retries=0)
    for number in range(len(CLASSES)):
        assert worker.say(f"go {number}").outcome == "failed"
    problems = [failed.problem for failed in worker.all(AttemptFailed)]
    classes = [(problem.kind, problem.retry) for problem in problems]
    assert dict(zip(CLASSES, classes, strict=True)) == dict(CLASSES)
    assert [problem.code for problem in problems] == [str(code) for code in CLASSES]
    assert all(WORDS in problem.message for problem in problems)


WAITS: dict[str, Error] = {
    "a field": {"retry_after": 7},
    "milliseconds": {"retry_after_ms": 7000},
    "a text": {"retry_after": "7"},
    "headers in metadata": {"metadata": {"headers": {"Retry-After": "7"}}},
    "metadata": {"metadata": {"retry_after_seconds": 7.0}},
    "Google's details": {
        "details": [
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "7s"},
        ]
    },
    "words": {"message": f"{WORDS}. Please try again in 7s."},
}


@pytest.mark.parametrize("place", PLACES)
def test_a_wait_is_found_at_every_place(
    place: str, provide: StartProvider, work: StartWorker
) -> None:
    step = PLACES[place]
    errors = [{"code": 429, "message": WORDS, **wait} for wait in WAITS.values()]
    worker = work(
        "plain", provide(*map(step, errors)), api=place.split(maxsplit=1)[0], max_retries=0
    )
    for number in range(len(WAITS)):
        worker.say(f"go {number}")
    waits = [failed.problem.retry_after for failed in worker.all(AttemptFailed)]
    assert dict(zip(WAITS, waits, strict=True)) == dict.fromkeys(WAITS, 7.0)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", ""),
        ("<!doctype html><html><body>502 Bad Gateway</body></html>", ""),
        ("no healthy upstream", "no healthy upstream"),
        ('{"detail": "the model is loading"}', "the model is loading"),
        ('{"message": "the model is loading"}', "the model is loading"),
        ('{"error": "the model is loading"}', "the model is loading"),
        ('{"errors": [{"message": "the model is loading"}]}', "the model is loading"),
        ('[{"error": {"code": 503, "message": "the model is loading"}}]', "the model is loading"),
        ('{"object": "error", "message": "the model is loading"}', "the model is loading"),
        ("null", ""),
        ("[]", ""),
    ],
)
def test_a_body_of_any_form_is_read(
    api: str, body: str, words: str, provide: StartProvider, work: StartWorker
) -> None:
    step = HttpError(status=503, body=body, headers={"Retry-After": "3"})
    worker = work("plain", provide(step), api=api, max_retries=0)
    worker.say("go")
    (failed,) = worker.all(AttemptFailed)
    problem = failed.problem
    assert (problem.kind, problem.retry, problem.status) == ("server", "automatic", 503)
    assert problem.message == (f"The server failed: {words}" if words else "The server failed.")
    assert problem.retry_after == 3


def test_an_unknown_reason_of_an_incomplete_response_is_named(
    provide: StartProvider, work: StartWorker
) -> None:
    response = {"id": "r", "status": "incomplete", "incomplete_details": {"reason": "maintenance"}}
    step = _stream({"type": "response.incomplete", "response": response})
    worker = work("plain", provide(step), api="responses")
    worker.say("go")
    (failed,) = worker.all(AttemptFailed)
    assert failed.problem.message == "The provider ended the answer early: maintenance."


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("Please try again in 6s.", 6),
        ("Please try again in 20ms. Visit the site", 0.02),
        ("Please try again in 1m30s", 90),
        ("try again in 1h2m3s", 3723),
        ("Please retry after 20 seconds.", 20),
        ("Please wait 2 minutes and retry", 120),
        ("retry in 1.5 s", 1.5),
        ("Limit 30000, used 29000. Try again later.", None),
        ("try again", None),
        ("", None),
    ],
)
def test_waits_in_words(words: str, seconds: float | None) -> None:
    assert wait_in(words) == (seconds if seconds is None else pytest.approx(seconds))


def test_durations() -> None:
    assert [duration(text) for text in ("3s", "0.5s", "20ms", "2h", "soon")] == [
        3, 0.5, pytest.approx(0.02), 7200, None,
    ]  # fmt: skip


NOTHING: tuple[object, ...] = (None, "", b"", 7, [], {}, "text", True)


def test_what_is_no_error_has_no_codes() -> None:
    assert not any(report_of(body).codes for body in NOTHING)
