"""Retry class A: nothing of the answer was shown."""

import socket

import pytest

from tests.support.provider import (
    Answer,
    EmptyStream,
    FailAfter,
    HttpError,
    Page,
    ResetBeforeHeaders,
    Silence,
    StallAfter,
    Step,
    context_too_long,
    invalid_key,
    quota_exhausted,
    rate_limited,
    server_error,
)
from tests.worker.conftest import StartProvider, StartWorker
from tui.protocol.commands import RetryNow
from tui.protocol.events import (
    AttemptCancelled,
    AttemptFailed,
    AttemptFinished,
    AttemptStarted,
    Kind,
    ModelCallStarted,
    RetryScheduled,
    TextDelta,
)


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (ResetBeforeHeaders(), "network"),
        (server_error(500), "server"),
        (server_error(503), "server"),
        (HttpError(status=408), "timeout"),
        (HttpError(status=409), "server"),
        (rate_limited(0), "rate_limit"),
        (EmptyStream(), "server"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_failed_attempt_is_retried_in_the_same_call(
    api: str, step: Step, kind: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(step, step, Answer("at last"))
    worker = work("plain", provider, api=api, backoff_base=0.01)
    assert worker.say("hi").output == "at last"
    assert len(worker.all(ModelCallStarted)) == 1
    assert [attempt.attempt for attempt in worker.all(AttemptStarted)] == [1, 2, 3]
    assert {failed.problem.kind for failed in worker.all(AttemptFailed)} == {kind}
    assert [(wait.attempt, wait.most) for wait in worker.all(RetryScheduled)] == [(2, 4), (3, 4)]
    assert [done.attempt for done in worker.all(AttemptFinished)] == [3]
    assert len(provider.requests) == 3


def test_retries_end_and_the_run_fails_with_the_last_problem(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(server_error(500), repeat=True)
    worker = work("plain", provider, api=api, backoff_base=0.01, max_retries=2)
    finished = worker.say("hi")
    assert finished.problem is not None
    assert (finished.problem.kind, finished.problem.status) == ("server", 500)
    assert finished.problem.request_id
    assert len(provider.requests) == 3


@pytest.mark.parametrize(
    ("step", "end"),
    [
        (quota_exhausted(), ("rate_limit", False)),
        (Answer("hi", fault=FailAfter(0, code="insufficient_quota")), ("rate_limit", False)),
        (invalid_key(), ("auth", True)),
        (rate_limited(300), ("rate_limit", True)),
        (context_too_long(), ("agent", True)),
    ],
    ids=["row 14", "row 14, in the stream", "row 17", "row 13", "row 19"],
)
def test_permanent_failures_are_not_retried(
    api: str, step: Step, end: tuple[Kind, bool], provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(step)
    worker = work("plain", provider, api=api)
    finished = worker.say("hi")
    assert finished.problem is not None
    assert (finished.problem.kind, finished.can_continue) == end
    assert len(provider.requests) == 1


@pytest.mark.parametrize(
    "page",
    [Page(), Page(body='{"ok": true}', content_type="application/json")],
    ids=["HTML", "JSON"],
)
def test_row_27_a_response_that_is_not_a_stream_is_retried_once(
    api: str, page: Page, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(page, repeat=True)
    worker = work("plain", provider, api=api, backoff_base=0.01)
    finished = worker.say("hi")
    assert finished.problem is not None
    assert (finished.problem.kind, finished.problem.code) == ("server", "not_a_stream")
    assert page.content_type in finished.problem.message
    assert len(provider.requests) == 2


def test_row_11_a_turn_that_passes_its_deadline_ends_and_can_be_continued(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("one two", fault=StallAfter(1)), Answer("two"))
    worker = work("plain", provider, api=api, turn_timeout=1.0)
    finished = worker.say("count")
    assert (finished.outcome, finished.can_continue) == ("failed", True)
    assert finished.problem is not None
    assert (finished.problem.kind, finished.problem.code) == ("timeout", "turn_deadline")
    [failed] = worker.all(AttemptFailed)
    assert (failed.problem.kind, failed.problem.code) == ("timeout", "turn_deadline")
    assert worker.all(AttemptCancelled) == []
    assert "one" in str(worker.history()[-1])
    provider.wait_until(lambda: provider.requests[0].client_closed_at is not None)
    assert worker.retry("continue").output == "two"
    assert provider.problems == []


def test_a_person_who_cancels_before_the_deadline_is_no_time_out(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("one two", fault=StallAfter(1)))
    worker = work("plain", provider, turn_timeout=600.0)
    run = worker.start("count")
    worker.until(TextDelta)
    assert worker.cancel(run).outcome == "cancelled"
    assert len(worker.all(AttemptCancelled)) == 1
    assert worker.all(AttemptFailed) == []


def test_row_11_the_deadline_includes_the_back_off(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(rate_limited(60))
    worker = work("plain", provider, turn_timeout=1.0)
    finished = worker.say("hi")
    assert finished.problem is not None
    assert finished.problem.code == "turn_deadline"
    assert len(worker.all(RetryScheduled)) == 1
    assert len(provider.requests) == 1


def test_the_providers_retry_after_is_respected_and_can_be_cut_short(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(rate_limited(90), Answer("now"))
    worker = work("plain", provider)
    run = worker.start("hi")
    scheduled = worker.until(RetryScheduled)
    assert scheduled.delay >= 90
    assert scheduled.until - scheduled.at == round(scheduled.delay * 1e9)
    worker.send(RetryNow(run=run))
    assert worker.finished(run).output == "now"


def test_silence_ends_with_a_time_out_and_is_retried(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Silence(), Answer("there"))
    worker = work("plain", provider, api=api, first_event_timeout=0.3, backoff_base=0.01)
    assert worker.say("hi").output == "there"
    (failed,) = worker.all(AttemptFailed)
    assert (failed.problem.kind, failed.problem.code) == ("timeout", "first_event_timeout")
    provider.wait_until(lambda: provider.requests[0].client_closed_at is not None)


def test_a_refused_connection_is_retried(work: StartWorker) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    url = f"http://127.0.0.1:{port}/v1"
    worker = work("plain", base_url=url, backoff_base=0.01, max_retries=1)
    finished = worker.say("hi")
    assert finished.problem is not None
    assert finished.problem.kind == "network"
    assert len(worker.all(AttemptStarted)) == 2


def test_a_missing_key_is_reported_with_the_fix(work: StartWorker) -> None:
    worker = work("plain", env={"OPENAI_API_KEY": ""})
    finished = worker.say("hi")
    assert finished.problem is not None
    assert finished.problem.kind == "auth"
    assert "OPENAI_API_KEY" in finished.problem.advice
