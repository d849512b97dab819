"""Rows 7 to 11: the provider is silent, stalls, or is slow."""

from tests.faults.answers import CUT, REST, WHOLE, cut
from tests.faults.row import INTERRUPTED, PROMPT, Row
from tests.support.provider import Answer, CommentsAfter, Silence, StallAfter, rate_limited
from tui.protocol.events import RetryScheduled
from tui.protocol.recovery_text import RECOVERY_PROMPT

HASTY = {"retries_base": 0.01, "timeouts_first_event": 3, "timeouts_idle": 4}
DEADLINE = {"timeouts_turn": 4}


def test_07_no_first_event(row: Row) -> None:
    row.start(settings={**HASTY, "retries_base": 100_000, "retries_cap": 100_000})
    row.run_turn(
        Silence(),
        Answer(WHOLE),
        how="the request is accepted and never answered",
        shows=["No response from 127.0.0.1:.* in 3 s", WHOLE],
        retry_now=True,
        kept=WHOLE,
    )
    assert row.requests[0].client_closed_at is not None


def test_08_idle_mid_stream(row: Row) -> None:
    row.start(settings=HASTY)
    row.run_turn(
        cut(StallAfter(CUT)),
        Answer(REST),
        how="nothing more is sent after two deltas",
        shows=[r"one two", r"stalled for \d s", "attempt 1: .* stopped sending", "three four"],
        kept=WHOLE,
    )
    assert row.requests[0].client_closed_at is not None


def test_09_only_comments_arrive(row: Row) -> None:
    row.start(settings=HASTY)
    row.run_turn(
        cut(CommentsAfter(CUT)),
        Answer(REST),
        how="an SSE comment every 50 ms after two deltas",
        shows=[r"one two", r"stalled for \d s", "attempt 1: .* stopped sending", "three four"],
        kept=WHOLE,
    )


def test_10_slow_but_alive(row: Row) -> None:
    row.start(settings=HASTY)
    words = [f"word{number} " for number in range(10)]
    row.run_turn(
        Answer(deltas=words, pace=0.5),
        how="a delta every half second, for longer than the idle time-out",
        shows=[r"live +!?~[\d.]+", "word9"],
        kinds={},
        kept="".join(words),
    )


def test_11_turn_deadline(row: Row) -> None:
    row.start(settings=DEADLINE)
    row.report.how = "nothing more is sent after one delta"
    row.send(cut(StallAfter(1)))
    row.shows("one", "The turn's deadline of 4 s has passed", "Ctrl.?R to continue")
    assert row.finished().outcome == "failed"
    row.sent_requests(1)
    row.classified()
    row.counted_errors({"timeout": 1})
    assert row.requests[0].client_closed_at is not None
    row.retry(Answer("two"))
    row.shows("two")
    assert row.finished(2).outcome == "ok"
    row.next_turn_has(
        ("user", PROMPT),
        ("assistant", f"one{INTERRUPTED}"),
        ("user", RECOVERY_PROMPT),
        ("assistant", "two"),
    )


def test_11_turn_deadline_in_the_back_off(row: Row) -> None:
    row.start(settings=DEADLINE)
    row.report.how = "a 429 that asks for 60 s"
    row.send(rate_limited(60))
    row.shows("retrying in", "The turn's deadline of 4 s has passed")
    assert row.finished().outcome == "failed"
    assert len(row.all(RetryScheduled)) == 1
    row.counted_errors({"rate_limit": 1, "timeout": 1})
    row.sent_requests(1)
    row.next_turn_has(("user", PROMPT))
