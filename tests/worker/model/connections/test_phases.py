"""The phases of each request, from the HTTP client."""

import os
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
import trustme

from tests.support.provider import Answer, rate_limited
from tests.worker.conftest import StartProvider, StartWorker
from tui.protocol.codec import decode_events
from tui.protocol.events import (
    AttemptConnected,
    AttemptStarted,
    ConnectionPhases,
    Event,
    RequestBegan,
)
from tui.worker.io.event_writer import EventWriter
from tui.worker.model.attempts.attempt_emitter import AttemptEmitter
from tui.worker.model.connections.phases import PhaseTrace


@pytest.fixture
def pipe() -> Iterator[tuple[IO[bytes], int]]:
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as file:
        yield file, writer


async def traced(
    pipe: tuple[IO[bytes], int], *steps: tuple[int, str], lookup: tuple[int, int] | None = None
) -> list[Event]:
    """The events of a request that is built at 5, with these steps, each at its time."""
    file, fd = pipe
    at = 5

    def clock() -> int:
        return at

    async def found() -> str:
        nonlocal at
        at = lookup[1] if lookup else at
        return "addresses"

    trace = PhaseTrace(AttemptEmitter(EventWriter(fd, lambda: None, clock), "c", 2))
    for instant, step in steps:
        at = instant
        await trace(step, {})
        if lookup and step == "connection.connect_tcp.started":
            at = lookup[0]
            assert await trace.looking_up(found()) == "addresses"
    os.close(fd)
    return decode_events(file.read())


async def test_each_phase_is_measured_by_its_own_steps(pipe: tuple[IO[bytes], int]) -> None:
    events = await traced(
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
    assert events == [
        ConnectionPhases(
            at=481, seq=1, call="c", attempt=2,
            began=5, connect=20, tls=40, sent=7, first_byte=400,
        )
    ]  # fmt: skip


async def test_the_look_up_is_measured_apart_from_connecting(pipe: tuple[IO[bytes], int]) -> None:
    (phases,) = await traced(
        pipe,
        (10, "connection.connect_tcp.started"),
        (30, "connection.connect_tcp.complete"),
        (31, "http11.receive_response_headers.started"),
        (35, "http11.receive_response_headers.complete"),
        lookup=(12, 25),
    )
    assert isinstance(phases, ConnectionPhases)
    assert (phases.lookup, phases.connect) == (13, 7)


async def test_a_failed_request_reports_no_phases(pipe: tuple[IO[bytes], int]) -> None:
    assert not await traced(
        pipe, (1, "connection.connect_tcp.started"), (2, "connection.connect_tcp.failed")
    )


def test_a_reused_connection_has_no_connect_phase(
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
    # The server may have read the request before this process noticed that it was written.
    assert answered.sent + answered.first_byte >= 50_000_000
    started, began = worker.all(AttemptStarted)[1].at, worker.all(RequestBegan)[1]
    (connected,) = worker.all(AttemptConnected)
    assert (began.call, began.attempt) == (answered.call, 2)
    assert started <= answered.began <= began.at
    whole = answered.began + (answered.connect or 0) + answered.sent + answered.first_byte
    assert whole <= answered.at <= connected.at


def test_look_up_connect_and_tls_handshake_are_measured_apart(
    api: str, provide: StartProvider, work: StartWorker, tmp_path: Path
) -> None:
    authority, roots = trustme.CA(), tmp_path / "roots.pem"
    authority.cert_pem.write_to_path(str(roots))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    provider = provide(Answer("one", first_after=0.01), Answer("two"), tls=tls)
    worker = work("plain", provider, api=api, env={"SSL_CERT_FILE": str(roots)})
    worker.say("hi")
    worker.say("again")
    first, second = worker.all(ConnectionPhases)
    assert first.lookup is not None
    assert first.connect is not None
    assert first.tls is not None
    assert min(first.lookup, first.connect, first.tls) > 0
    known = first.lookup + first.connect + first.tls + first.sent + first.first_byte
    assert first.began + known <= first.at
    assert (second.lookup, second.connect, second.tls) == (None, None, None)


def test_a_client_of_the_agents_own_reports_phases_too(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("one", first_after=0.01))
    env = {"OWN_CLIENT_URL": provider.base_url}
    worker = work("own_client", file="own_client_agent.py", model=None, env=env)
    worker.say("hi")
    (began,) = worker.all(RequestBegan)
    (phases,) = worker.all(ConnectionPhases)
    (connected,) = worker.all(AttemptConnected)
    assert phases.began <= began.at <= phases.at <= connected.at
