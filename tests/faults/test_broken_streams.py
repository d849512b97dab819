"""Rows 20 to 29: the stream says that it failed, is cut, or cannot be read."""

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
    row.play(
        cut(FailAfter(0, message=BROKE)),
        cut(FailAfter(CUT, message=BROKE)),
        cut(limited, [" three", " four"]),
        Answer(" four"),
        how="response.failed before, in and after the text",
        sees=["attempt 2: The server failed: It broke", "attempt 3: Too many requests", "four"],
        kinds={"server": 2, "rate_limit": 1},
        keeps=WHOLE,
    )


@pytest.mark.parametrize("bare", [False, True], ids=["event", "bare"])
def test_21_error_event(row: Row, bare: bool) -> None:
    row.start(settings=QUICK)
    row.play(
        cut(ErrorEventAfter(0, message=BROKE, bare=bare)),
        cut(ErrorEventAfter(CUT, message=BROKE, bare=bare)),
        cut(ErrorEventAfter(1, "rate_limit_exceeded", BROKE, bare=bare), [" three", " four"]),
        Answer(" four"),
        how='data: {"error": ...}' if bare else "an error event",
        sees=["attempt 2: The server failed: It broke", "attempt 3: Too many requests", "four"],
        kinds={"server": 2, "rate_limit": 1},
        keeps=WHOLE,
    )


def test_22_incomplete_at_the_token_limit(row: Row) -> None:
    row.start(settings=QUICK)
    row.report.how = "incomplete: max_output_tokens"
    row.say(cut(IncompleteAfter(CUT)))
    row.sees("one two", "cut at the token limit", "Ctrl.?R resumes")
    assert row.finished().outcome == "failed"
    row.asked(1)
    row.classified()
    row.counted({"agent": 1})
    row.retry(Answer(REST))
    row.sees("three four")
    assert row.finished(2).outcome == "ok"
    row.goes_on(
        ("user", PROMPT),
        ("assistant", f"{SAID}{INTERRUPTED}"),
        ("user", RECOVERY_PROMPT),
        ("assistant", REST),
    )


def test_23_content_filter(row: Row) -> None:
    row.start(settings=QUICK)
    row.play(
        cut(IncompleteAfter(CUT, "content_filter")),
        how="incomplete: content_filter",
        sees=["one two", "content filter cut the answer"],
        outcome="failed",
        keeps=f"{SAID}{INTERRUPTED}",
    )


def test_24_no_terminal_event(row: Row) -> None:
    row.start(settings=QUICK)
    row.play(
        cut(CloseAfter(None), PIECES[:CUT]),
        Answer(REST),
        how="a clean end after the last delta",
        sees=["one two", "attempt 1: The answer from .* is incomplete", "three four"],
        keeps=WHOLE,
    )


@CHAT
def test_25_no_finish_reason(row: Row) -> None:
    row.start(settings=QUICK)
    row.play(
        Answer(deltas=PIECES[:CUT], finish_reason=""),
        Answer(REST),
        how="usage and [DONE], and no finish_reason",
        sees=["one two", "attempt 1: The answer from .* is incomplete", "three four"],
        keeps=WHOLE,
    )


def test_26_empty_stream(row: Row) -> None:
    row.start(settings=SLOW)
    row.play(
        EmptyStream(),
        Answer(WHOLE),
        how="the right content type and no byte",
        sees=["127.0.0.1:.* sent an empty answer", WHOLE],
        hurry=True,
        keeps=WHOLE,
    )


@pytest.mark.parametrize(
    "page",
    [Page(f"<p>Log in {ECHO}"), Page(f'{{"ok": "{ECHO}"}}', "application/json")],
    ids=["HTML", "JSON"],
)
def test_27_not_a_stream(row: Row, page: Page) -> None:
    row.start(settings=QUICK)
    row.play(
        page,
        page,
        how=f"200, {page.content_type}",
        sees=[f"sent {page.content_type}.* and not a stream"],
        kinds={"server": 2},
        outcome="failed",
        keeps=None,
    )


def test_28_malformed_json(row: Row) -> None:
    cannot_be_read(row, cut(GarbageAfter(CUT)), "half a line of JSON after two deltas")


@pytest.mark.parametrize(
    "answer",
    [cut(GarbageAfter(CUT, "utf8")), cut(GarbageAfter(CUT, "gzip"), wire=Wire(gzip=True))],
    ids=["UTF-8", "gzip"],
)
def test_29_malformed_bytes(row: Row, answer: Answer) -> None:
    fault: Fault | None = answer.fault
    cannot_be_read(row, answer, str(fault))


def cannot_be_read(row: Row, answer: Answer, how: str) -> None:
    row.start(settings=QUICK)
    row.play(
        answer,
        Answer(REST),
        how=how,
        sees=["one two", "attempt 1: .* sent a malformed stream", "three four"],
        keeps=WHOLE,
    )
