"""How each request went out, as the HTTP client tells."""

import os
from collections.abc import Iterator
from typing import IO

import pytest

from tests.provider import Answer, rate_limited
from tests.worker.conftest import StartProvider, StartWorker
from tui.codec import decode_events
from tui.events import AttemptConnected, AttemptStarted, ConnectionPhases, Event
from tui.worker.event_writer import EventWriter
from tui.worker.phases import PhaseTrace


@pytest.fixture
def pipe() -> Iterator[tuple[IO[bytes], int]]:
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as file:
        yield file, writer


async def traced(pipe: tuple[IO[bytes], int], *steps: tuple[int, str]) -> list[Event]:
    """What is told of a request with these steps, each at its time."""
    file, fd = pipe
    times = iter(at for at, _ in steps)
    at = 0

    def clock() -> int:
        return at

    trace = PhaseTrace(EventWriter(fd, lambda: None, clock), "c", 2)
    for at in times:
        await trace(dict(steps)[at], {})
    os.close(fd)
    return decode_events(file.read())


async def test_each_phase_is_taken_from_its_own_steps(pipe: tuple[IO[bytes], int]) -> None:
    told = await traced(
        pipe,
        (10, "connection.connect_tcp.started"),
        (30, "connection.connect_tcp.complete"),
        (31, "connection.start_tls.started"),
        (71, "connection.start_tls.complete"),
        (72, "http11.send_request_headers.started"),
        (74, "http11.send_request_headers.complete"),
        (75, "http11.send_request_body.started"),
        (80, "http11.send_request_body.complete"),
        (81, "http11.receive_response_headers.started"),
        (481, "http11.receive_response_headers.complete"),
        (482, "http11.receive_response_body.started"),
    )
    assert told == [
        ConnectionPhases(
            at=481, seq=1, call="c", attempt=2,
            began=10, connect=20, tls=40, sent=7, first_byte=400,
        )
    ]  # fmt: skip


async def test_a_request_that_fails_tells_nothing(pipe: tuple[IO[bytes], int]) -> None:
    assert not await traced(
        pipe, (1, "connection.connect_tcp.started"), (2, "connection.connect_tcp.failed")
    )


def test_a_new_connection_is_told_from_one_that_is_used_again(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("one", first_after=0.01), Answer("two"))
    worker = work("plain", provider, api=api)
    worker.say("hi")
    worker.say("again")
    first, second = worker.all(ConnectionPhases)
    assert first.connect is not None
    assert first.connect > 0
    assert (second.connect, first.tls, second.tls) == (None, None, None)
    assert provider.requests[0].connection_id == provider.requests[1].connection_id


def test_the_phases_lie_within_their_attempt(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(rate_limited(0), Answer("fine", headers_after=0.05))
    worker = work("plain", provider, api=api, backoff_base=0.01)
    worker.say("hi")
    refused, answered = worker.all(ConnectionPhases)
    assert [refused.attempt, answered.attempt] == [1, 2]
    assert answered.first_byte >= 50_000_000
    started = worker.all(AttemptStarted)[1].at
    (connected,) = worker.all(AttemptConnected)
    assert started <= answered.began
    whole = answered.began + (answered.connect or 0) + answered.sent + answered.first_byte
    assert whole <= answered.at <= connected.at
