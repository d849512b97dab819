"""The supervisor with real processes: their events, exits and restarts."""

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
from tui.protocol.commands import ClearHistory, SetModel
from tui.stream.supervisor import MAX_QUICK_EXITS, Supervisor

PRELUDE = """
import msgspec, os, sys, time
from tui.protocol import events
from tui.protocol.codec import decode_command, encode
from tui.protocol.commands import *
def emit(event):
    os.write(1, encode(event))
def receive():
    line = sys.stdin.buffer.readline()
    if not line:
        sys.exit(0)
    return decode_command(line)
def note(text):
    emit(events.Noticed(at=time.monotonic_ns(), text=text))
hello = receive()
emit(events.ClockRead(at=time.monotonic_ns() + SKEW, sent=hello.sent))
"""


def worker(body: str, skew: int = 0) -> list[str]:
    code = f"SKEW = {skew}\n" + PRELUDE + textwrap.dedent(body)
    return [sys.executable, "-P", "-c", code]


class Collector:
    """Collects a supervisor's events and waits for some of them."""

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

    def kinds(self) -> set[str]:
        """The types of the events so far."""
        return {type(event).__name__ for event in self.events}

    async def end(self) -> None:
        await self.supervisor.close()
        await self._batches.aclose()  # type: ignore[attr-defined]


PIXELS = 40_000
"""Times 250 bytes: ten megabytes."""


@asynccontextmanager
async def supervised(argv: list[str], **options: float) -> AsyncIterator[Collector]:
    collector = Collector(Supervisor(argv, **options))  # type: ignore[arg-type]
    try:
        yield collector
    finally:
        await collector.end()


async def test_commands_reach_the_worker_and_its_events_come_back() -> None:
    async with supervised(
        worker("note('ready')\nnote(type(receive()).__name__)\nreceive()")
    ) as collector:
        await collector.notice("ready")
        assert collector.supervisor.send(ClearHistory())
        await collector.notice("ClearHistory")


async def test_the_same_clock_needs_no_offset() -> None:
    async with supervised(worker("note('ready')\nreceive()")) as collector:
        await collector.notice("ready")
        assert collector.supervisor.clock_offset == 0


async def test_the_offset_of_another_clock_is_estimated() -> None:
    hour = 3_600_000_000_000
    async with supervised(worker("note('ready')\nreceive()", skew=hour)) as collector:
        await collector.notice("ready")
        assert collector.supervisor.clock_offset == pytest.approx(hour, abs=5_000_000_000)


async def test_printed_lines_become_events_even_right_before_the_exit() -> None:
    body = r"os.write(2, b'one\r\ntwo \xff\nlast words'); os._exit(7)"
    async with supervised(worker(body)) as collector:
        exited = await collector.exit()
        printed = [e.text for e in collector.events if isinstance(e, events.OutputPrinted)]
        assert printed == ["one", "two \ufffd", "last words"]
        assert exited.code == 7
        assert exited.stderr.splitlines() == printed
        assert not exited.expected


async def test_a_killed_worker_is_reported_with_its_signal() -> None:
    async with supervised(worker("os.kill(os.getpid(), 9)")) as collector:
        exited = await collector.exit()
        assert (exited.code, exited.signal) == (None, "SIGKILL")


async def test_a_child_that_keeps_the_pipes_open_does_not_hide_the_exit() -> None:
    body = """
    if os.fork() == 0:
        time.sleep(5)
    os._exit(3)
    """
    async with supervised(worker(body)) as collector:
        assert (await collector.exit()).code == 3


async def test_a_new_worker_gets_the_conversation_and_the_partial_answer() -> None:
    body = """
    note('ready')
    command = receive()
    if isinstance(command, RestoreHistory):
        note(f'{[bytes(item) for item in command.items]} {command.agent} {command.partial}')
        receive()
    emit(events.HistoryChanged(at=1, keep=0, items=(msgspec.Raw(b'{"a":1}'),), agent='Ann'))
    emit(events.TextDelta(at=2, call='c1', text='so far'))
    os._exit(1)
    """
    async with supervised(worker(body)) as collector:
        await collector.notice("ready")
        collector.supervisor.send(ClearHistory())
        await collector.exit()
        await collector.notice("[b'{\"a\":1}'] Ann so far")


async def test_a_restart_is_an_expected_exit() -> None:
    async with supervised(worker("note('ready')\ntime.sleep(60)")) as collector:
        await collector.notice("ready")
        collector.supervisor.restart()
        assert (await collector.exit()).expected
        await collector.notice("ready")


async def test_lines_that_are_not_events_are_reported_and_skipped() -> None:
    async with supervised(
        worker("os.write(1, b'garbage\\n'); note('after'); receive()")
    ) as collector:
        await collector.notice("after")
        texts = [e.text for e in collector.events if isinstance(e, events.Noticed)]
        assert texts[0] == "not an event: garbage"


async def test_a_program_that_does_not_exist_is_reported_and_not_started_again() -> None:
    async with supervised(["/nonexistent/worker"]) as collector:
        exited = await collector.exit()
        assert "/nonexistent/worker" in exited.stderr
        assert exited.code is None
        assert exited.final
        assert collector.supervisor.given_up


QUICK = {"ping_every": 0.1, "answer_timeout": 0.3, "loading_answer_timeout": 0.3}

ANSWERS = """
import threading
def answer():
    while True:
        command = receive()
        emit(events.ClockRead(at=time.monotonic_ns(), sent=command.sent))
threading.Thread(target=answer, daemon=True).start()
note('ready')
"""


async def test_a_stopped_worker_is_unresponsive_until_it_continues() -> None:
    body = ANSWERS + "time.sleep(60)"
    async with supervised(worker(body), **QUICK) as collector:
        await collector.notice("ready")
        assert collector.supervisor.pid is not None
        before = time.monotonic_ns()
        os.kill(collector.supervisor.pid, signal.SIGSTOP)
        silent = await collector.until(lambda event: isinstance(event, events.WorkerSilent))
        assert isinstance(silent, events.WorkerSilent)
        assert before - 0.3e9 < silent.since <= silent.at - 0.3e9
        os.kill(collector.supervisor.pid, signal.SIGCONT)
        await collector.until(lambda event: isinstance(event, events.WorkerHeard))


async def test_a_stopped_worker_is_killed_when_its_batches_are_closed() -> None:
    async with supervised(worker("note('ready')\ntime.sleep(60)")) as collector:
        await collector.notice("ready")
        pid = collector.supervisor.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        await collector._batches.aclose()  # type: ignore[attr-defined]
        wait_gone(pid)


async def test_a_worker_that_answers_is_never_unresponsive() -> None:
    body = ANSWERS + "time.sleep(1.5)\nnote('done')"
    async with supervised(
        worker(body), ping_every=0.1, answer_timeout=1.0, loading_answer_timeout=1.0
    ) as collector:
        await collector.notice("done")
        assert collector.kinds() == {"Noticed"}


@pytest.mark.parametrize("held_up", ["the loop", "the reader of the batches"])
async def test_a_worker_is_not_unresponsive_because_the_dashboard_was_held_up(held_up: str) -> None:
    body = ANSWERS + "for _ in range(300): note('x' * 20_000)\nnote('done')\ntime.sleep(60)"
    async with supervised(worker(body), **QUICK) as collector:
        await collector.notice("ready")
        if held_up == "the loop":
            time.sleep(1.0)  # noqa: ASYNC251 - the fault under test
        else:
            await asyncio.sleep(1.0)
        await collector.notice("done")
        assert collector.kinds() == {"Noticed"}


async def test_output_on_stderr_does_not_start_the_pings() -> None:
    code = "import os, time; os.write(2, b'Warning: added the host\\n'); time.sleep(1); os._exit(3)"
    async with supervised([sys.executable, "-c", code], **QUICK) as collector:
        await collector.exit()
        assert collector.kinds() == {"OutputPrinted", "WorkerExited"}


async def test_output_of_a_child_process_does_not_count_as_an_answer() -> None:
    body = """
    note('ready')
    if os.fork() == 0:
        for _ in range(20):
            os.write(2, b'tick\\n')
            time.sleep(0.1)
        os._exit(0)
    time.sleep(60)
    """
    async with supervised(worker(body), **QUICK) as collector:
        await collector.until(lambda event: isinstance(event, events.WorkerSilent))
        await collector.until(lambda event: isinstance(event, events.OutputPrinted))
        assert "WorkerHeard" not in collector.kinds()


async def test_a_worker_that_loads_its_agent_may_take_longer_to_answer() -> None:
    body = """
    note('ready')
    time.sleep(1)
    emit(events.AgentLoaded(at=1, agent='Ann', model='m'))
    time.sleep(60)
    """
    slow = {**QUICK, "loading_answer_timeout": 30.0}
    async with supervised(worker(body), **slow) as collector:
        await collector.until(lambda event: isinstance(event, events.AgentLoaded))
        assert "WorkerSilent" not in collector.kinds()
        await collector.until(lambda event: isinstance(event, events.WorkerSilent))


async def test_a_reload_replaces_a_worker_that_never_answers() -> None:
    body = "note('ready')\nreceive()\nos.write(2, b'received')\ntime.sleep(60)"
    async with supervised(worker(body), **QUICK) as collector:
        await collector.notice("ready")
        await collector.until(lambda event: isinstance(event, events.WorkerSilent))
        collector.supervisor.reload()
        exited = await collector.exit()
        assert (exited.expected, exited.signal) == (True, "SIGKILL")
        await collector.notice("ready")


async def test_closing_kills_a_worker_that_does_not_exit() -> None:
    async with supervised(worker("note('ready')\ntime.sleep(60)")) as collector:
        await collector.notice("ready")
        assert collector.supervisor.pid is not None
        await collector.supervisor.close(grace=0.1)
        assert collector.supervisor.send(ClearHistory()) is False


async def test_the_chosen_model_is_sent_to_every_new_worker() -> None:
    body = """
    command = receive()
    note(f'{type(command).__name__} {command.model}')
    receive()
    """
    collector = Collector(Supervisor(worker(body)))
    collector.supervisor.chosen = SetModel(model="other")
    try:
        await collector.notice("SetModel other")
    finally:
        await collector.end()


async def test_a_worker_that_exits_at_once_is_started_only_a_few_times() -> None:
    async with supervised(worker("os._exit(3)")) as collector:
        for _ in range(MAX_QUICK_EXITS):
            await collector.exit()
        await asyncio.sleep(0)
        assert collector.supervisor.given_up
        assert collector.supervisor.pid is None
        collector.supervisor.restart()
        await collector.exit()


async def test_a_worker_that_dies_while_it_loads_is_given_up_however_long_it_took(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.stream.supervisor.QUICK_EXIT", 0.0)
    async with supervised(worker("note('loading')\nos._exit(3)")) as collector:
        exits = [await collector.exit() for _ in range(MAX_QUICK_EXITS)]
        assert [exited.final for exited in exits] == [False] * (MAX_QUICK_EXITS - 1) + [True]
        assert collector.supervisor.given_up


async def test_a_worker_that_had_loaded_its_agent_is_started_again_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.stream.supervisor.QUICK_EXIT", 0.0)
    body = "emit(events.AgentLoaded(at=1, agent='Ann', model='m'))\nos._exit(3)"
    async with supervised(worker(body)) as collector:
        for _ in range(MAX_QUICK_EXITS + 1):
            await collector.exit()
        assert not collector.supervisor.given_up


async def test_an_unexpected_exception_is_raised_from_the_batches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(_: Supervisor) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(Supervisor, "_run_worker", fail)
    supervisor = Supervisor(["unused"])
    async with asyncio.timeout(20):
        with pytest.raises(ValueError, match="a bug"):
            async for _ in supervisor.batches():
                pass


async def test_closing_kills_the_workers_child_processes() -> None:
    body = """
    child = os.fork()
    if child == 0:
        time.sleep(60)
    note(str(child))
    receive()
    """
    async with supervised(worker(body)) as collector:
        noticed = await collector.until(lambda event: isinstance(event, events.Noticed))
        assert isinstance(noticed, events.Noticed)
    wait_gone(int(noticed.text))


async def test_a_reload_lets_the_worker_exit_and_sends_no_more_commands() -> None:
    body = """
    note('ready')
    note(type(receive()).__name__)
    """
    async with supervised(worker(body)) as collector:
        await collector.notice("ready")
        collector.supervisor.reload()
        assert collector.supervisor.send(ClearHistory()) is False
        await collector.notice("Shutdown")
        exited = await collector.exit()
        assert (exited.expected, exited.code) == (True, 0)
        await collector.notice("ready")
        assert collector.supervisor.send(ClearHistory())


async def test_a_reload_kills_a_worker_that_does_not_exit() -> None:
    async with supervised(worker("note('ready')\ntime.sleep(60)")) as collector:
        await collector.notice("ready")
        collector.supervisor.reload()
        exited = await collector.exit()
        assert (exited.expected, exited.signal) == (True, "SIGKILL")
        await collector.notice("ready")


async def test_a_picture_of_ten_megabytes_arrives_whole_between_other_events() -> None:
    body = f"""
    picture = events.Attachment(data=bytes(range(250)) * {PIXELS})
    note("before")
    emit(events.ToolFinished(at=1, tool_call="ig_1", outcome="ok", attachments=(picture,)))
    note("after")
    receive()
    """
    async with supervised(worker(body)) as collected:
        await collected.notice("after")
        (finished,) = (e for e in collected.events if isinstance(e, events.ToolFinished))
        (picture,) = finished.attachments
        assert picture.data == bytes(range(250)) * PIXELS
