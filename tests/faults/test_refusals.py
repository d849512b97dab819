"""Rows 12 to 19: the server answers with an HTTP error."""

import pytest

from tests.faults.answers import QUICK, WHOLE
from tests.faults.planted import ECHO
from tests.faults.row import PROMPT, Row
from tests.support.provider import (
    Answer,
    HttpError,
    context_too_long,
    invalid_key,
    model_not_found,
    quota_exhausted,
    rate_limited,
    server_error,
)

SECOND = 1_000_000_000
BROKE = f"It broke {ECHO}"


def fails_until_retried(row: Row, error: HttpError, how: str, *seen: str) -> None:
    """Class M: no request until Ctrl+R is pressed, which completes the turn."""
    row.report.how = how
    row.start(settings=QUICK)
    row.send(error)
    row.shows(*seen, "Ctrl.?R")
    assert row.finished().outcome == "failed"
    row.sent_requests(1)
    row.classified()
    row.counted_errors({row.spec.kinds[0]: 1})
    row.retry(Answer(WHOLE))
    row.shows(WHOLE)
    assert row.finished(2).outcome == "ok"
    row.next_turn_has(("user", PROMPT), ("assistant", WHOLE))


def test_12_too_many_requests(row: Row) -> None:
    row.start(settings=QUICK)
    row.run_turn(
        rate_limited(retry_after=2),
        Answer(WHOLE),
        how="429, Retry-After: 2",
        shows=["Too many requests", r"retrying in \d\.\d s \(attempt 2 of 4\)", WHOLE],
        kept=WHOLE,
    )
    first, second, *_ = row.requests
    assert first.finished_at is not None
    assert second.arrived_at - first.finished_at >= 2 * SECOND


def test_13_a_long_wait(row: Row) -> None:
    fails_until_retried(
        row, rate_limited(300), "429, Retry-After: 300", "Too many requests", "come back in 5 min"
    )


def test_14_insufficient_quota(row: Row) -> None:
    row.start(settings=QUICK)
    row.run_turn(
        quota_exhausted(),
        how="429 insufficient_quota",
        shows=["quota is exhausted", "See your plan and billing"],
        outcome="failed",
        kept=None,
    )


def test_15_time_out_and_conflict(row: Row) -> None:
    row.start(settings=QUICK)
    row.run_turn(
        HttpError(status=408, message=BROKE),
        HttpError(status=409, message=BROKE),
        Answer(WHOLE),
        how="HTTP 408, then 409",
        shows=[WHOLE, r"retries +2\b"],
        kinds={"timeout": 1, "server": 1},
        kept=WHOLE,
    )


def test_16_server_errors(row: Row) -> None:
    row.start(settings={**QUICK, "retries_most": 6})
    statuses = [500, 501, 502, 503, 504, 529]
    row.run_turn(
        *(server_error(status) for status in statuses),
        Answer(WHOLE),
        how="HTTP 500, 501, 502, 503, 504, 529",
        shows=[WHOLE, r"retries +6\b"],
        kinds={"server": 6},
        kept=WHOLE,
    )


def test_16_server_errors_until_the_retries_are_used_up(row: Row) -> None:
    def look_at_details() -> None:
        row.check_replay()
        row.is_recorded = False  # what was opened is not
        row.open_details(r"HTTP 503, request req_\d+")

    row.start(settings={**QUICK, "retries_most": 1})
    row.run_turn(
        *[HttpError(status=503, message=BROKE)] * 2,
        how="HTTP 503 every time",
        shows=["The server failed: It broke"],
        kinds={"server": 2},
        outcome="failed",
        kept=None,
        before_next=look_at_details,
    )


@pytest.mark.parametrize(
    ("error", "seen"),
    [
        (invalid_key(), "The key was not accepted.*•••"),
        (HttpError(status=403, message=BROKE), "Access was denied: It broke"),
    ],
    ids=["401", "403"],
)
def test_17_the_key_is_refused(row: Row, error: HttpError, seen: str) -> None:
    fails_until_retried(row, error, f"HTTP {error.status}", seen, "Check")


def test_17_there_is_no_key(row: Row) -> None:
    row.report.how = "no OPENAI_API_KEY"
    row.start(keep=False, env={"OPENAI_API_KEY": None, "OPENAI_BASE_URL": None})
    row.send()
    row.shows("There is no API key", "Set OPENAI_API_KEY")
    assert row.finished().outcome == "failed"
    row.sent_requests(0)
    row.classified()
    row.counted_errors({"auth": 1})
    row.report.kept = f"user: {PROMPT}"


@pytest.mark.parametrize(
    "error",
    [
        model_not_found(),
        HttpError(status=400, message=BROKE, type="invalid_request_error"),
        HttpError(status=422, message=BROKE, type="invalid_request_error"),
    ],
    ids=["404", "400", "422"],
)
def test_18_the_request_is_refused(row: Row, error: HttpError) -> None:
    fails_until_retried(
        row, error, f"HTTP {error.status}", "does not exist" if error.status == 404 else "It broke"
    )


@pytest.mark.parametrize(
    "error",
    [context_too_long(), HttpError(status=413, message="Payload too large.")],
    ids=["400", "413"],
)
def test_19_context_too_long(row: Row, error: HttpError) -> None:
    fails_until_retried(
        row, error, f"HTTP {error.status}", "too long for this model", "Clear the history"
    )
