"""Rows 20 to 29: the stream reports a failure, is cut, or is malformed."""

import pytest

from tests.faults.answers import CUT, PIECES, QUICK, REST, SAID, SLOW, WHOLE, cut
from tests.faults.planted import ECHO
from tests.faults.row import INTERRUPTED, PROMPT, Row
from tests.support.provider import (
    Answer,
    CloseAfter,
    EmptyStream,
    ErrorEventAfter,
    FailAfter,
    GarbageAfter,
    IncompleteAfter,
    Page,
    Wire,
)
from tests.support.provider.faults import Fault
from tui.protocol.recovery_text import RECOVERY_PROMPT

BROKE = f"It broke {ECHO}"
CHAT = pytest.mark.parametrize("api", ["chat"])


def test_20_response_failed(row: Row) -> None:
    limited = FailAfter(1, code="rate_limit_exceeded", message=BROKE)
    row.start(settings=QUICK)
    row.run_turn(
        cut(FailAfter(0, message=BROKE)),
        cut(FailAfter(CUT, message=BROKE)),
        cut(limited, [" three", " four"]),
        Answer(" four"),
        how="response.failed before, in and after the text",
        shows=["attempt 2: The server failed: It broke", "attempt 3: Too many requests", "four"],
        kinds={"server": 2, "rate_limit": 1},
        kept=WHOLE,
    )


@pytest.mark.parametrize("bare", [False, True], ids=["event", "bare"])
def test_21_error_event(row: Row, bare: bool) -> None:
    row.start(settings=QUICK)
    row.run_turn(
        cut(ErrorEventAfter(0, message=BROKE, bare=bare)),
        cut(ErrorEventAfter(CUT, message=BROKE, bare=bare)),
        cut(ErrorEventAfter(1, "rate_limit_exceeded", BROKE, bare=bare), [" three", " four"]),
        Answer(" four"),
        how='data: {"error": ...}' if bare else "an error event",
        shows=["attempt 2: The server failed: It broke", "attempt 3: Too many requests", "four"],
        kinds={"server": 2, "rate_limit": 1},
        kept=WHOLE,
    )


def test_22_incomplete_at_the_token_limit(row: Row) -> None:
    row.start(settings=QUICK)
    row.report.how = "incomplete: max_output_tokens"
    row.send(cut(IncompleteAfter(CUT)))
    row.shows("one two", "cut at the token limit", "Ctrl.?R to continue")
    assert row.finished().outcome == "failed"
    row.sent_requests(1)
    row.classified()
    row.counted_errors({"agent": 1})
    row.retry(Answer(REST))
    row.shows("three four")
    assert row.finished(2).outcome == "ok"
    row.next_turn_has(
        ("user", PROMPT),
        ("assistant", f"{SAID}{INTERRUPTED}"),
        ("user", RECOVERY_PROMPT),
        ("assistant", REST),
    )


def test_23_content_filter(row: Row) -> None:
    row.start(settings=QUICK)
    row.run_turn(
        cut(IncompleteAfter(CUT, "content_filter")),
        how="incomplete: content_filter",
        shows=["one two", "content filter cut the answer"],
        outcome="failed",
        kept=f"{SAID}{INTERRUPTED}",
    )


def test_24_no_terminal_event(row: Row) -> None:
    row.start(settings=QUICK)
    row.run_turn(
        cut(CloseAfter(None), PIECES[:CUT]),
        Answer(REST),
        how="a clean end after the last delta",
        shows=["one two", "attempt 1: The answer from .* is incomplete", "three four"],
        kept=WHOLE,
    )


@CHAT
def test_25_no_finish_reason(row: Row) -> None:
    row.start(settings=QUICK)
    row.run_turn(
        Answer(deltas=PIECES[:CUT], finish_reason=""),
        Answer(REST),
        how="usage and [DONE], and no finish_reason",
        shows=["one two", "attempt 1: The answer from .* is incomplete", "three four"],
        kept=WHOLE,
    )


def test_26_empty_stream(row: Row) -> None:
    row.start(settings=SLOW)
    row.run_turn(
        EmptyStream(),
        Answer(WHOLE),
        how="the right content type and no byte",
        shows=["127.0.0.1:.* sent an empty answer", WHOLE],
        retry_now=True,
        kept=WHOLE,
    )


@pytest.mark.parametrize(
    "page",
    [Page(f"<p>Log in {ECHO}"), Page(f'{{"ok": "{ECHO}"}}', "application/json")],
    ids=["HTML", "JSON"],
)
def test_27_not_a_stream(row: Row, page: Page) -> None:
    row.start(settings=QUICK)
    row.run_turn(
        page,
        page,
        how=f"200, {page.content_type}",
        shows=[f"sent {page.content_type}.* instead of a stream"],
        kinds={"server": 2},
        outcome="failed",
        kept=None,
    )


def test_28_malformed_json(row: Row) -> None:
    is_malformed(row, cut(GarbageAfter(CUT)), "half a line of JSON after two deltas")


@pytest.mark.parametrize(
    "answer",
    [cut(GarbageAfter(CUT, "utf8")), cut(GarbageAfter(CUT, "gzip"), wire=Wire(gzip=True))],
    ids=["UTF-8", "gzip"],
)
def test_29_malformed_bytes(row: Row, answer: Answer) -> None:
    fault: Fault | None = answer.fault
    is_malformed(row, answer, str(fault))


def is_malformed(row: Row, answer: Answer, how: str) -> None:
    row.start(settings=QUICK)
    row.run_turn(
        answer,
        Answer(REST),
        how=how,
        shows=["one two", "attempt 1: .* sent a malformed stream", "three four"],
        kept=WHOLE,
    )
