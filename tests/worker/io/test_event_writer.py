"""Writing events: order, numbers, batches, and a reader that is gone."""

import asyncio
import os
import threading
from contextlib import suppress

from tests.support.patience import PATIENCE
from tui.protocol.codec import decode_event, decode_events
from tui.protocol.events import Event, Noticed, RunFinished, TextDelta, ToolOutputContinued
from tui.worker.io.event_writer import BATCH_BYTES, EventWriter


def delta(text: str) -> TextDelta:
    return TextDelta(at=0, call="c1", text=text)


def notice(text: str) -> Noticed:
    return Noticed(at=0, text=text)


def unexpected() -> None:
    raise AssertionError


def available(fd: int) -> list[Event]:
    os.set_blocking(fd, False)
    try:
        return decode_events(os.read(fd, 10_000_000))
    except BlockingIOError:
        return []


async def test_deltas_wait_for_their_batch_and_other_events_do_not() -> None:
    reader, fd = os.pipe()
    writer = EventWriter(fd, on_broken=unexpected)
    writer.batch_in(asyncio.get_running_loop())
    writer.run = "r1"
    writer.emit_soon(delta("a"))
    writer.emit_soon(delta("b"))
    assert available(reader) == []
    writer.emit(notice("now"))
    events = available(reader)
    names = [type(event).__name__ for event in events]
    assert names == ["TextDelta", "TextDelta", "Noticed"]
    assert [(event.seq, event.run) for event in events] == [(1, "r1"), (2, "r1"), (3, "r1")]


async def test_a_batch_is_written_after_a_moment() -> None:
    reader, fd = os.pipe()
    loop = asyncio.get_running_loop()
    arrived = asyncio.Event()
    loop.add_reader(reader, arrived.set)
    writer = EventWriter(fd, on_broken=unexpected)
    writer.batch_in(loop)
    writer.emit_soon(delta("a"))
    async with asyncio.timeout(PATIENCE):
        await arrived.wait()
    loop.remove_reader(reader)
    assert len(available(reader)) == 1


async def test_a_full_batch_does_not_wait() -> None:
    reader, fd = os.pipe()
    writer = EventWriter(fd, on_broken=unexpected)
    writer.batch_in(asyncio.get_running_loop())
    writer.emit_soon(delta("x" * BATCH_BYTES))
    assert len(available(reader)) == 1


def test_threads_share_one_order_and_a_slow_reader_loses_nothing() -> None:
    reader, fd = os.pipe()
    writer = EventWriter(fd, on_broken=unexpected)

    def write() -> None:
        for _ in range(500):
            writer.emit(notice("x" * 200))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    with os.fdopen(reader, "rb") as lines:
        numbers = [decode_event(lines.readline()).seq for _ in range(2000)]
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert numbers == list(range(1, 2001))


def test_a_reader_that_is_gone_is_noticed() -> None:
    reader, fd = os.pipe()
    os.close(reader)
    broken: list[bool] = []
    EventWriter(fd, on_broken=lambda: broken.append(True)).emit(notice("anyone?"))
    assert broken == [True]


def test_events_emitted_together_are_written_together() -> None:
    reader, fd = os.pipe()
    writer = EventWriter(fd, on_broken=unexpected)
    with writer.together():
        writer.emit(notice("a"))
        with writer.together():
            writer.emit(notice("b"))
        assert available(reader) == []
    assert [event.seq for event in available(reader)] == [1, 2]


def test_events_emitted_before_an_exception_are_written() -> None:
    reader, fd = os.pipe()
    writer = EventWriter(fd, on_broken=unexpected)
    with suppress(LookupError), writer.together():
        writer.emit(notice("a"))
        raise LookupError
    assert len(available(reader)) == 1


def piece(number: int, *, last: bool = False) -> ToolOutputContinued:
    return ToolOutputContinued(at=0, tool_call="t1", text=str(number), last=last)


async def test_what_is_urgent_is_written_between_the_pieces_of_a_long_output() -> None:
    reader, fd = os.pipe()
    writer = EventWriter(fd, on_broken=unexpected)
    writer.batch_in(asyncio.get_running_loop())
    writer.run = "r1"
    writer.emit_between([piece(1), piece(2), piece(3, last=True)])
    writer.emit_soon(delta("a"))
    writer.emit(notice("now"))
    assert [type(event).__name__ for event in available(reader)] == ["TextDelta", "Noticed"]
    arrived: list[Event] = []
    async with asyncio.timeout(PATIENCE):
        while len(arrived) < 3:
            await asyncio.sleep(0)
            arrived += available(reader)
    assert arrived == [
        ToolOutputContinued(
            at=0, seq=number + 2, run="r1", tool_call="t1", text=str(number), last=number == 3
        )
        for number in (1, 2, 3)
    ]


async def test_the_end_of_a_run_comes_after_every_piece() -> None:
    reader, fd = os.pipe()
    writer = EventWriter(fd, on_broken=unexpected)
    writer.batch_in(asyncio.get_running_loop())
    writer.emit_between(piece(number) for number in range(5))
    writer.emit(RunFinished(at=0, outcome="ok"))
    names = [type(event).__name__ for event in available(reader)]
    assert names == ["ToolOutputContinued"] * 5 + ["RunFinished"]


def test_without_a_loop_the_pieces_are_written_at_once() -> None:
    reader, fd = os.pipe()
    EventWriter(fd, on_broken=unexpected).emit_between([piece(1), piece(2, last=True)])
    assert len(available(reader)) == 2
