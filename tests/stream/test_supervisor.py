"""The supervisor with real processes: what they say, how they die, how they start again."""

import asyncio
import os
import signal
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from tests.support.terminal import wait_gone
from tui.protocol import events
from tui.protocol.commands import ClearHistory
from tui.stream.supervisor import MOST_QUICK_DEATHS, Supervisor

PRELUDE = """
import msgspec, os, sys, time
from tui.protocol import events
from tui.protocol.codec import decode_command, encode
from tui.protocol.commands import *
def say(event):
    os.write(1, encode(event))
def hear():
    line = sys.stdin.buffer.readline()
    if not line:
        sys.exit(0)
    return decode_command(line)
def note(text):
    say(events.Noticed(at=time.monotonic_ns(), text=text))
hello = hear()
say(events.ClockRead(at=time.monotonic_ns() + SKEW, sent=hello.sent))
"""


def worker(body: str, skew: int = 0) -> list[str]:
    code = f"SKEW = {skew}\n" + PRELUDE + textwrap.dedent(body)
    return [sys.executable, "-P", "-c", code]


class Heard:
    """Collects a supervisor's events and waits for one of them."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.supervisor = supervisor
        self.events: list[events.Event] = []
        self._batches = supervisor.batches()

    async def until(self, found: Callable[[events.Event], bool]) -> events.Event:
        async with asyncio.timeout(20):
            async for batch in self._batches:
                self.events.extend(batch)
                for event in batch:
                    if found(event):
                        return event
        raise AssertionError("the stream ended")

    async def notice(self, text: str) -> events.Event:
        return await self.until(lambda e: isinstance(e, events.Noticed) and e.text == text)

    async def exit(self) -> events.WorkerExited:
        event = await self.until(lambda e: isinstance(e, events.WorkerExited))
        assert isinstance(event, events.WorkerExited)
        return event

    def told(self) -> set[str]:
        """The kinds of events that have come."""
        return {type(event).__name__ for event in self.events}

    async def end(self) -> None:
        await self.supervisor.close()
        await self._batches.aclose()  # type: ignore[attr-defined]


@asynccontextmanager
async def hearing(argv: list[str], **options: float) -> AsyncIterator[Heard]:
    heard = Heard(Supervisor(argv, **options))  # type: ignore[arg-type]
    try:
        yield heard
    finally:
        await heard.end()


async def test_commands_reach_the_worker_and_its_events_come_back() -> None:
    async with hearing(worker("note('ready')\nnote(type(hear()).__name__)\nhear()")) as heard:
        await heard.notice("ready")
        assert heard.supervisor.send(ClearHistory())
        await heard.notice("ClearHistory")


async def test_the_same_clock_needs_no_offset() -> None:
    async with hearing(worker("note('ready')\nhear()")) as heard:
        await heard.notice("ready")
        assert heard.supervisor.clock_offset == 0


async def test_a_far_clock_is_estimated_within_the_round_trip() -> None:
    hour = 3_600_000_000_000
    async with hearing(worker("note('ready')\nhear()", skew=hour)) as heard:
        await heard.notice("ready")
        assert heard.supervisor.clock_offset == pytest.approx(hour, abs=5_000_000_000)


async def test_whatever_is_printed_becomes_an_event_even_in_the_last_instruction() -> None:
    body = r"os.write(2, b'one\r\ntwo \xff\nlast words'); os._exit(7)"
    async with hearing(worker(body)) as heard:
        exited = await heard.exit()
        printed = [e.text for e in heard.events if isinstance(e, events.OutputPrinted)]
        assert printed == ["one", "two \ufffd", "last words"]
        assert exited.code == 7
        assert exited.stderr.splitlines() == printed
        assert not exited.expected


async def test_a_killed_worker_is_told_by_its_signal() -> None:
    async with hearing(worker("os.kill(os.getpid(), 9)")) as heard:
        exited = await heard.exit()
        assert (exited.code, exited.signal) == (None, "SIGKILL")


async def test_a_child_that_holds_the_pipes_does_not_hide_the_death() -> None:
    body = """
    if os.fork() == 0:
        time.sleep(5)
    os._exit(3)
    """
    async with hearing(worker(body)) as heard:
        assert (await heard.exit()).code == 3


async def test_a_new_worker_gets_the_conversation_and_the_partial_answer() -> None:
    body = """
    note('ready')
    command = hear()
    if isinstance(command, RestoreHistory):
        note(f'{[bytes(item) for item in command.items]} {command.agent} {command.partial}')
        hear()
    say(events.HistoryChanged(at=1, keep=0, items=(msgspec.Raw(b'{"a":1}'),), agent='Ann'))
    say(events.TextDelta(at=2, call='c1', text='so far'))
    os._exit(1)
    """
    async with hearing(worker(body)) as heard:
        await heard.notice("ready")
        heard.supervisor.send(ClearHistory())
        await heard.exit()
        await heard.notice("[b'{\"a\":1}'] Ann so far")


async def test_a_restart_is_expected_and_quick() -> None:
    async with hearing(worker("note('ready')\ntime.sleep(60)")) as heard:
        await heard.notice("ready")
        heard.supervisor.restart()
        assert (await heard.exit()).expected
        await heard.notice("ready")


async def test_lines_that_are_no_events_are_reported_and_skipped() -> None:
    async with hearing(worker("os.write(1, b'garbage\\n'); note('after'); hear()")) as heard:
        await heard.notice("after")
        texts = [e.text for e in heard.events if isinstance(e, events.Noticed)]
        assert texts[0] == "not an event: garbage"


async def test_a_program_that_does_not_exist_is_reported_and_not_tried_again() -> None:
    async with hearing(["/nonexistent/worker"]) as heard:
        exited = await heard.exit()
        assert "/nonexistent/worker" in exited.stderr
        assert exited.code is None
        assert heard.supervisor.given_up


QUICK = {"pulse_every": 0.1, "silence": 0.3, "loading_silence": 0.3}

ANSWERS = """
import threading
def answer():
    while True:
        command = hear()
        say(events.ClockRead(at=time.monotonic_ns(), sent=command.sent))
threading.Thread(target=answer, daemon=True).start()
note('ready')
"""


async def test_a_worker_that_stands_still_is_told_and_so_is_that_it_goes_on() -> None:
    body = ANSWERS + "time.sleep(60)"
    async with hearing(worker(body), **QUICK) as heard:
        await heard.notice("ready")
        assert heard.supervisor.pid is not None
        before = time.monotonic_ns()
        os.kill(heard.supervisor.pid, signal.SIGSTOP)
        silent = await heard.until(lambda event: isinstance(event, events.WorkerSilent))
        assert isinstance(silent, events.WorkerSilent)
        assert before - 0.3e9 < silent.since <= silent.at - 0.3e9
        os.kill(heard.supervisor.pid, signal.SIGCONT)
        await heard.until(lambda event: isinstance(event, events.WorkerHeard))


async def test_a_worker_to_whom_nobody_listens_any_more_is_ended_even_if_it_stands_still() -> None:
    async with hearing(worker("note('ready')\ntime.sleep(60)")) as heard:
        await heard.notice("ready")
        pid = heard.supervisor.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        await heard._batches.aclose()  # type: ignore[attr-defined]
        wait_gone(pid)


async def test_a_worker_that_answers_is_never_called_silent() -> None:
    body = ANSWERS + "time.sleep(1.5)\nnote('done')"
    async with hearing(worker(body), pulse_every=0.1, silence=1.0, loading_silence=1.0) as heard:
        await heard.notice("done")
        assert heard.told() == {"Noticed"}


@pytest.mark.parametrize("held_up", ["the loop", "the reader of the batches"])
async def test_a_dashboard_that_is_held_up_blames_no_worker(held_up: str) -> None:
    body = ANSWERS + "for _ in range(300): note('x' * 20_000)\nnote('done')\ntime.sleep(60)"
    async with hearing(worker(body), **QUICK) as heard:
        await heard.notice("ready")
        if held_up == "the loop":
            time.sleep(1.0)  # noqa: ASYNC251 - the fault that is tested
        else:
            await asyncio.sleep(1.0)
        await heard.notice("done")
        assert heard.told() == {"Noticed"}


async def test_what_is_printed_while_a_connection_is_made_promises_no_answer() -> None:
    code = "import os, time; os.write(2, b'Warning: added the host\\n'); time.sleep(1); os._exit(3)"
    async with hearing([sys.executable, "-c", code], **QUICK) as heard:
        await heard.exit()
        assert heard.told() == {"OutputPrinted", "WorkerExited"}


async def test_what_others_print_is_no_sign_of_life() -> None:
    body = """
    note('ready')
    if os.fork() == 0:
        for _ in range(20):
            os.write(2, b'tick\\n')
            time.sleep(0.1)
        os._exit(0)
    time.sleep(60)
    """
    async with hearing(worker(body), **QUICK) as heard:
        await heard.until(lambda event: isinstance(event, events.WorkerSilent))
        await heard.until(lambda event: isinstance(event, events.OutputPrinted))
        assert "WorkerHeard" not in heard.told()


async def test_a_worker_that_loads_may_take_longer_to_answer() -> None:
    body = """
    note('ready')
    time.sleep(1)
    say(events.AgentLoaded(at=1, agent='Ann', model='m'))
    time.sleep(60)
    """
    slow = {**QUICK, "loading_silence": 30.0}
    async with hearing(worker(body), **slow) as heard:
        await heard.until(lambda event: isinstance(event, events.AgentLoaded))
        assert "WorkerSilent" not in heard.told()
        await heard.until(lambda event: isinstance(event, events.WorkerSilent))


async def test_a_pipe_that_carries_nothing_more_is_a_silence_and_a_reload_ends_it() -> None:
    body = "note('ready')\nhear()\nos.write(2, b'heard')\ntime.sleep(60)"
    async with hearing(worker(body), **QUICK) as heard:
        await heard.notice("ready")
        await heard.until(lambda event: isinstance(event, events.WorkerSilent))
        heard.supervisor.reload()
        exited = await heard.exit()
        assert (exited.expected, exited.signal) == (True, "SIGKILL")
        await heard.notice("ready")


async def test_closing_ends_a_worker_that_does_not_listen() -> None:
    async with hearing(worker("note('ready')\ntime.sleep(60)")) as heard:
        await heard.notice("ready")
        assert heard.supervisor.pid is not None
        await heard.supervisor.close(grace=0.1)
        assert heard.supervisor.send(ClearHistory()) is False


async def test_the_chosen_model_is_told_to_every_new_worker() -> None:
    body = """
    command = hear()
    note(f'{type(command).__name__} {command.model}')
    hear()
    """
    heard = Heard(Supervisor(worker(body)))
    heard.supervisor.model = "other"
    try:
        await heard.notice("SetModel other")
    finally:
        await heard.end()


async def test_a_worker_that_dies_at_once_is_started_only_a_few_times() -> None:
    async with hearing(worker("os._exit(3)")) as heard:
        for _ in range(MOST_QUICK_DEATHS):
            await heard.exit()
        await asyncio.sleep(0)
        assert heard.supervisor.given_up
        assert heard.supervisor.pid is None
        heard.supervisor.restart()
        await heard.exit()


async def test_what_the_keeper_dies_of_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def dies(_: Supervisor) -> None:
        raise ValueError("a bug of ours")

    monkeypatch.setattr(Supervisor, "_one_life", dies)
    supervisor = Supervisor(["unused"])
    with pytest.raises(ValueError, match="a bug of ours"):
        async for _ in supervisor.batches():
            pass


async def test_children_of_the_worker_end_with_it_when_the_dashboard_closes() -> None:
    body = """
    child = os.fork()
    if child == 0:
        time.sleep(60)
    note(str(child))
    hear()
    """
    async with hearing(worker(body)) as heard:
        noticed = await heard.until(lambda event: isinstance(event, events.Noticed))
        assert isinstance(noticed, events.Noticed)
    wait_gone(int(noticed.text))


async def test_a_reload_lets_the_worker_end_by_itself_and_sends_it_nothing_more() -> None:
    body = """
    note('ready')
    note(type(hear()).__name__)
    """
    async with hearing(worker(body)) as heard:
        await heard.notice("ready")
        heard.supervisor.reload()
        assert heard.supervisor.send(ClearHistory()) is False
        await heard.notice("Shutdown")
        exited = await heard.exit()
        assert (exited.expected, exited.code) == (True, 0)
        await heard.notice("ready")
        assert heard.supervisor.send(ClearHistory())


async def test_a_reload_ends_a_worker_that_does_not_end_by_itself() -> None:
    async with hearing(worker("note('ready')\ntime.sleep(60)")) as heard:
        await heard.notice("ready")
        heard.supervisor.reload()
        exited = await heard.exit()
        assert (exited.expected, exited.signal) == (True, "SIGKILL")
        await heard.notice("ready")
