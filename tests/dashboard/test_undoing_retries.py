"""A retry is undone on the screen."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from tests.dashboard.test_main_screen import Desk, desk, loaded
from tui.protocol import events
from tui.protocol.commands import StartRun, UndoRetry


def a_run(number: int, answer: str, mode: str = "rewind") -> Sequence[events.Event]:
    run, call = f"r{number}", f"c{number}"
    return (
        events.RunStarted(
            at=10 * number, run=run, prompt="hello", entered_at=1, wall=1.0, agent="Ann",
            mode=mode,  # type: ignore[arg-type]
        ),
        events.ModelCallStarted(at=10 * number, run=run, call=call, agent="Ann", model="m"),
        events.AttemptStarted(at=10 * number, run=run, call=call),
        events.TextDelta(at=10 * number, run=run, call=call, text=answer),
        events.AttemptFinished(at=10 * number, run=run, call=call),
        events.RunFinished(at=10 * number + 5, run=run, outcome="ok"),
    )  # fmt: skip


async def retried(it: Desk) -> None:
    await it.feed(*loaded(), *a_run(1, "The *first* answer.\n\n- with a list", "send"))
    await it.feed(*a_run(2, "The second answer."))
    assert it.shows("The second answer.")
    assert not it.shows("The first answer.")


@pytest.mark.parametrize("entered", [["f9"], [*"/undo-retry", "enter"]])
async def test_the_first_answer_is_there_again_as_it_was_and_then_the_other(
    entered: list[str],
) -> None:
    async with desk() as it:
        await retried(it)
        await it.press(*entered)
        assert it.sent[-1] == UndoRetry(run="r2", restored="r1")
        await it.feed(events.RetryUndone(at=40, run="r2"))
        assert it.shows(r"hello[\s\S]*The first answer.[\s\S]*• with a list")
        assert not it.shows("The second answer.")
        assert it.shows("The retry is undone. F9 again shows its answer.")
        await it.press(*entered)
        assert it.sent[-1] == UndoRetry(run="r1", restored="r2")
        await it.feed(events.RetryUndone(at=50, run="r1"))
        assert it.shows("The second answer.")
        assert not it.shows("The first answer.")


async def test_the_heading_has_the_time_of_the_answer_that_is_shown() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        for number, seconds, mode in ((1, 6, "send"), (2, 2, "rewind")):
            started, *others, finished = a_run(number, f"answer {number}", mode)
            begun = replace(started, at=number * 10**10, entered_at=number * 10**10)
            ended = replace(finished, at=begun.at + seconds * 10**9)
            await it.feed(begun, *(replace(one, at=begun.at) for one in others), ended)
        await it.until("── idle ── 2.00 s")
        await it.feed(events.RetryUndone(at=4 * 10**10, run="r2"))
        await it.until("── idle ── 6.00 s")
        assert it.shows("answer 1")
        assert it.shows("E2E +6.00 s")


async def test_it_comes_back_at_another_width() -> None:
    async with desk() as it:
        await it.feed(*loaded(), *a_run(1, "word " * 60 + "end", "send"), *a_run(2, "short"))
        await it.pilot.resize_terminal(60, 30)
        await it.pilot.pause()
        await it.feed(events.RetryUndone(at=40, run="r2"))
        assert it.shows(r"word word[^\n]*\n[^\n]*word[\s\S]*end")


async def test_a_message_written_meanwhile_is_sent_when_it_is_undone() -> None:
    async with desk() as it:
        await retried(it)
        await it.press("f9", *"thanks", "enter")
        assert it.shows("queued: thanks")
        await it.feed(events.RetryUndone(at=40, run="r2"))
        assert [one.prompt for one in it.sent if isinstance(one, StartRun)] == ["thanks"]
        assert it.shows(r"The first answer.[\s\S]*thanks")


async def test_why_a_retry_cannot_be_undone_is_said() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        await it.press("f9")
        assert it.shows("There is no retry to undo.")
        await it.feed(*a_run(1, "first", "send"), *a_run(2, "second"))
        await it.press("f9")
        await it.feed(events.UndoRefused(at=40, run="r2", reason="the server keeps it"))
        assert it.shows("The retry cannot be undone: the server keeps it.")
        assert it.shows("second")
        await it.press("f9")
        await it.feed(events.WorkerExited(at=41, code=7))
        assert it.shows("The agent's process ended before the retry was undone. F9 again.")
        await it.feed(*loaded(), *a_run(3, "third", "send"))
        await it.press("f9")
        assert it.shows("A message was sent after the retry, so it can no longer be undone.")


def with_a_call(number: int, mode: str = "rewind") -> Sequence[events.Event]:
    started, *_, finished = a_run(number, "", mode)
    run, call = f"r{number}", f"t{number}"
    return (
        started,
        events.ToolCalled(at=1, run=run, tool_call=call, name=f"digs{number}", arguments="{}"),
        events.ToolStarted(at=2, run=run, tool_call=call),
        events.ToolFinished(at=3, run=run, tool_call=call, outcome="ok", output="sand"),
        finished,
    )


async def test_the_tool_log_says_which_calls_a_retry_took_back() -> None:
    async with desk() as it:
        await it.feed(*loaded(), *with_a_call(1, "send"))
        assert not it.shows("taken back")
        await it.feed(*with_a_call(2))
        assert it.shows(r"digs1 \(taken back\)")
        assert not it.shows(r"digs2 \(taken back\)")
        await it.feed(events.RetryUndone(at=40, run="r2"))
        assert it.shows(r"digs2 \(taken back\)")
        assert not it.shows(r"digs1 \(taken back\)")
        await it.feed(*with_a_call(3, "send"), *with_a_call(4))
        assert it.shows(r"digs3 \(taken back\)")
        assert not it.shows(r"digs[14] \(taken back\)")
