"""The bodies of HTTP errors as servers send them, over HTTP."""

import json

import pytest

from tests.support.provider import HttpError
from tests.worker.conftest import StartProvider, StartWorker
from tui.protocol.events import AttemptFailed
from tui.worker.failures.error_bodies import error_in
from tui.worker.failures.error_report import report_of

GEMINI = {
    "code": 429,
    "message": "You exceeded your current quota.",
    "status": "RESOURCE_EXHAUSTED",
    "details": [
        {"@type": "type.googleapis.com/google.rpc.Help"},
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.5s"},
    ],
}
RAW = {
    "message": "Provider returned error",
    "code": 400,
    "metadata": {"raw": "max_tokens is too large", "provider_name": "Stealth"},
}


BODIES: dict[str, tuple[object, str]] = {
    "OpenAI": ({"error": {"message": "No such model.", "code": None}}, "No such model."),
    "Gemini (jackmpcollins/magentic pull request 382)": (
        [{"error": {"code": 400, "message": "Invalid JSON payload.", "status": "INVALID"}}],
        "Invalid JSON payload.",
    ),
    "OpenRouter": ({"error": RAW}, "Provider returned error: max_tokens is too large"),
    "Mistral": (
        {"object": "error", "message": "Extra inputs", "type": "invalid_request_error"},
        "Extra inputs",
    ),
    "Ollama's own API": ({"error": "model 'm' not found"}, "model 'm' not found"),
    "FastAPI": ({"detail": "Not Found"}, "Not Found"),
    "FastAPI, a field": ({"detail": [{"loc": ["n"], "msg": "Field required"}]}, "Field required"),
}


@pytest.mark.parametrize(("body", "words"), BODIES.values(), ids=BODIES)
def test_the_servers_words_are_in_the_message(
    api: str, body: object, words: str, provide: StartProvider, work: StartWorker
) -> None:
    worker = work("plain", provide(HttpError(status=400, body=json.dumps(body))), api=api)
    assert worker.say("hi").outcome == "failed"
    (failed,) = worker.all(AttemptFailed)
    assert failed.problem.message == f"The request was refused: {words}"


def test_the_delay_that_google_asks_for_is_kept(provide: StartProvider, work: StartWorker) -> None:
    provider = provide(HttpError(status=429, body=json.dumps([{"error": GEMINI}])))
    worker = work("plain", provider, api="chat", max_retries=0)
    worker.say("hi")
    (failed,) = worker.all(AttemptFailed)
    assert (failed.problem.kind, failed.problem.retry_after) == ("rate_limit", 34.5)


@pytest.mark.parametrize("body", [None, [], {}, 7, [7], "", {"error": None}, {"details": 7}])
def test_a_body_of_no_known_shape_says_nothing(body: object) -> None:
    error = error_in(body)
    assert not error.get("message")
    assert report_of(error).retry_after is None
