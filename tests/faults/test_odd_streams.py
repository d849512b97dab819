"""Rows 30 to 35: unusual but valid streams, which must not be shown as faults."""

import pytest

from tests.faults.answers import PIECES, QUICK, WHOLE
from tests.faults.row import Row
from tests.support.provider import UNKNOWN_EVENT, Answer, Wire
from tui.protocol.events import AttemptFailed, TextDelta

WORDS = "Füße, 你好, 🙂 und Ελληνικά"
RESPONSES = pytest.mark.parametrize("api", ["responses"])
NOTHING_BAD = ("✗", "⚠", "attempt 1", "failed", "malformed", "incomplete")


@pytest.mark.parametrize(
    "wire",
    [
        Wire(chunk_bytes=1),
        Wire(crlf=True),
        Wire(gzip=True),
        Wire(crlf=True, gzip=True, chunk_bytes=1),
    ],
    ids=["bytes", "CRLF", "gzip", "all"],
)
def test_30_bytes_in_any_shape(row: Row, wire: Wire) -> None:
    row.start(settings=QUICK)
    row.run_turn(
        Answer(WORDS, wire=wire),
        how=str(wire),
        shows=["Ελληνικά"],
        kinds={},
        kept=WORDS,
    )
    row.does_not_show(*NOTHING_BAD)
    said = "".join(delta.text for delta in row.all(TextDelta))
    assert said.startswith(WORDS)


@RESPONSES
@pytest.mark.parametrize("order", [[0, 0, 1, 2, 3], [1, 0, 2, 3]], ids=["twice", "swapped"])
def test_31_deltas_in_any_order(row: Row, order: list[int]) -> None:
    row.start(settings=QUICK)
    row.run_turn(
        Answer(deltas=PIECES, sent_order=order),
        how=f"deltas in the order {order}",
        shows=[rf"│ +{WHOLE}\b"],
        kinds={},
        kept=WHOLE,
    )
    row.does_not_show(*NOTHING_BAD, "oneone", "twoone")


def test_32_unknown_event(row: Row) -> None:
    row.start(settings=QUICK)
    row.run_turn(
        Answer(deltas=PIECES, inserts={1: UNKNOWN_EVENT}),
        how="an event of an unknown type",
        shows=[WHOLE, r"from.the.future"],
        kinds={},
        kept=WHOLE,
    )
    assert row.all(AttemptFailed) == []


def test_33_usage_missing(row: Row) -> None:
    row.start(settings=QUICK)
    row.run_turn(
        Answer(deltas=PIECES, usage=None),
        how="no usage anywhere",
        shows=[WHOLE, r"tok out +~4"],
        kinds={},
        kept=WHOLE,
    )
    row.does_not_show(*NOTHING_BAD, r"tok out +0\b")


def test_34_refusal(row: Row) -> None:
    row.start(settings=QUICK)
    row.run_turn(
        Answer(refusal="I must not count that far."),
        how="a refusal instead of text",
        shows=["I must not count that far.", "declined to answer:", "The model declined"],
        outcome="failed",
        kept="I must not count that far.",
    )


def test_35_reasoning(row: Row) -> None:
    row.start(settings=QUICK)
    row.send(Answer(deltas=PIECES, reasoning=["Secretly", " thinking"], pace=0.1))
    row.shows("reasoned", WHOLE)
    row.finished()
    row.report.how = "reasoning before the text"
    row.does_not_show("Secretly thinking", *NOTHING_BAD)
    attempt = row.figures().attempt
    assert attempt is not None
    assert attempt.ttft.known
    assert attempt.ttfo.known
    assert attempt.ttfo.value >= attempt.ttft.value + 0.15
    row.terminal.press("ctrl+t")
    row.shows("Secretly thinking")
    row.terminal.press("ctrl+t")
    row.sent_requests(1)
    row.counted_errors({})
