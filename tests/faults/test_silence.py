"""Rows 7 to 11: what should come does not come, or not in time."""

from tests.faults.answers import CUT, REST, WHOLE, cut
from tests.faults.row import INTERRUPTED, PROMPT, Row
from tests.support.provider import Answer, CommentsAfter, Silence, StallAfter, rate_limited
from tui.protocol.events import RetryScheduled
from tui.protocol.recovery_text import RECOVERY_PROMPT

HASTY = {"retries_base": 0.01, "timeouts_first_event": 3, "timeouts_idle": 4}
DEADLINE = {"timeouts_turn": 4}


def test_07_no_first_event(row: Row) -> None:
    row.start(settings={**HASTY, "retries_base": 100_000, "retries_cap": 100_000})
    row.play(
        Silence(),
        Answer(WHOLE),
        how="the request is taken and never answered",
        sees=["No response from 127.0.0.1:.* in 3 s", WHOLE],
        hurry=True,
        keeps=WHOLE,
    )
    assert row.requests[0].client_closed_at is not None


def test_08_idle_mid_stream(row: Row) -> None:
    row.start(settings=HASTY)
    row.play(
        cut(StallAfter(CUT)),
        Answer(REST),
        how="nothing more is sent after two deltas",
        sees=[r"one two", r"stalled for \d s", "attempt 1: .* stopped sending", "three four"],
        keeps=WHOLE,
    )
    assert row.requests[0].client_closed_at is not None


def test_09_only_comments_arrive(row: Row) -> None:
    row.start(settings=HASTY)
    row.play(
        cut(CommentsAfter(CUT)),
        Answer(REST),
        how="an SSE comment every 50 ms after two deltas",
        sees=[r"one two", r"stalled for \d s", "attempt 1: .* stopped sending", "three four"],
        keeps=WHOLE,
    )


def test_10_slow_but_alive(row: Row) -> None:
    row.start(settings=HASTY)
    words = [f"word{number} " for number in range(10)]
    row.play(
        Answer(deltas=words, pace=0.5),
        how="a delta every half second, for longer than the idle time-out",
        sees=[r"live +!?[\d.]+~", "word9"],
        kinds={},
        keeps="".join(words),
    )


def test_11_turn_deadline(row: Row) -> None:
    row.start(settings=DEADLINE)
    row.report.how = "nothing more is sent after one delta"
    row.say(cut(StallAfter(1)))
    row.sees("one", "The turn's deadline of 4 s has passed", "Ctrl.?R resumes")
    assert row.finished().outcome == "failed"
    row.asked(1)
    row.classified()
    row.counted({"timeout": 1})
    assert row.requests[0].client_closed_at is not None
    row.retry(Answer("two"))
    row.sees("two")
    assert row.finished(2).outcome == "ok"
    row.goes_on(
        ("user", PROMPT),
        ("assistant", f"one{INTERRUPTED}"),
        ("user", RECOVERY_PROMPT),
        ("assistant", "two"),
    )


def test_11_turn_deadline_in_the_back_off(row: Row) -> None:
    row.start(settings=DEADLINE)
    row.report.how = "a 429 that asks for 60 s"
    row.say(rate_limited(60))
    row.sees("retrying in", "The turn's deadline of 4 s has passed")
    assert row.finished().outcome == "failed"
    assert len(row.all(RetryScheduled)) == 1
    row.counted({"rate_limit": 1, "timeout": 1})
    row.asked(1)
    row.goes_on(("user", PROMPT))
