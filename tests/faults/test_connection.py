"""Rows 1 to 6: the connection cannot be made, or ends too soon."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.faults.answers import CUT, PIECES, QUICK, REST, SLOW, WHOLE, cut
from tests.faults.row import PROMPT, Row
from tests.support.provider import Answer, CloseAfter, ResetAfter, ResetBeforeHeaders, ToolCall
from tests.support.provider.faults import Fault
from tui.protocol.events import ToolStarted

COUNTDOWN = r"retrying in [\d.]+ s \(attempt 2 of 4\)"
ONE_API = pytest.mark.parametrize("api", ["responses"])


def free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


@contextmanager
def unanswered_port() -> Iterator[int]:
    """A port whose TCP handshake never completes, since its queue is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def fails_until_the_server_is_back(row: Row, port: int, seen: str) -> None:
    row.shows(seen, COUNTDOWN)
    row.dashboard.serve_on(port)
    row.retry(Answer(WHOLE))
    row.shows(WHOLE)
    assert row.finished().outcome == "ok"
    row.sent_requests(1)
    row.classified()
    row.counted_errors({row.spec.kinds[0]: 1})
    row.next_turn_has(("user", PROMPT), ("assistant", WHOLE))


def fails_until_it_is_cancelled(row: Row, seen: str) -> None:
    row.send()
    row.shows(seen, COUNTDOWN)
    row.terminal.press("escape")
    row.shows("cancelled")
    assert row.finished().outcome == "cancelled"
    row.classified(cancelled=True)
    row.counted_errors({row.spec.kinds[0]: 1}, interruptions=1)
    row.report.kept = f"user: {PROMPT}"


def test_01_connection_refused(row: Row) -> None:
    row.report.how = "no server listens on the port"
    port = free_port()
    row.start(keep=False, settings=SLOW, base_url=f"http://127.0.0.1:{port}/v1")
    row.send()
    fails_until_the_server_is_back(
        row, port, rf"The connection to 127.0.0.1:{port} failed: .*[Cc]onnect"
    )


@ONE_API
def test_01_dns_failure(row: Row) -> None:
    row.report.how = "a host name that cannot exist"
    row.start(keep=False, settings=SLOW, base_url="http://no-such-host.invalid/v1")
    fails_until_it_is_cancelled(row, "The connection to no-such-host.invalid failed")


def test_02_connect_time_out(row: Row) -> None:
    row.report.how = "a listening socket whose queue is full"
    with unanswered_port() as port:
        row.start(
            keep=False,
            settings={**SLOW, "timeouts_connect": 1},
            base_url=f"http://127.0.0.1:{port}/v1",
        )
        row.send()
        row.shows(f"Connecting to 127.0.0.1:{port} timed out")
    fails_until_the_server_is_back(row, port, "timed out")


@ONE_API
def test_02_tls_time_out(row: Row) -> None:
    row.report.how = "a server that never answers the TLS hello"
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        row.start(
            keep=False,
            settings={**SLOW, "timeouts_connect": 1},
            base_url=f"https://127.0.0.1:{port}/v1",
        )
        fails_until_it_is_cancelled(row, f"Connecting to 127.0.0.1:{port} timed out")


def test_03_reset_before_headers(row: Row) -> None:
    row.start(settings=SLOW)
    row.run_turn(
        ResetBeforeHeaders(),
        Answer(WHOLE),
        how="TCP reset instead of an answer",
        shows=["The connection to 127.0.0.1:.* failed: .*reset by peer", WHOLE],
        retry_now=True,
        kept=WHOLE,
    )


def test_04_reset_mid_text(row: Row) -> None:
    row.start(settings=QUICK)
    row.run_turn(
        cut(ResetAfter(CUT)),
        Answer(REST),
        how="TCP reset after two deltas",
        shows=["one two", "attempt 1: The connection to .* failed", "three four"],
        kept=WHOLE,
    )


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (CloseAfter(CUT), "attempt 1: The answer from .* is incomplete"),
        (CloseAfter(CUT, truncated=True), "attempt 1: The connection to .* failed"),
    ],
    ids=["clean close", "short chunk"],
)
def test_05_clean_close_mid_text(row: Row, fault: Fault, seen: str) -> None:
    row.start(settings=QUICK)
    row.run_turn(
        cut(fault),
        Answer(REST),
        how="the body ends after two deltas",
        shows=["one two", seen, "three four"],
        kept=WHOLE,
    )


def test_06_reset_in_the_second_model_call(row: Row) -> None:
    row.start(agent="adder", settings=QUICK)
    row.run_turn(
        Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 2})]),
        Answer(deltas=PIECES, fault=ResetAfter(CUT)),
        Answer(REST),
        how="a tool call, then a TCP reset after two deltas",
        shows=["✓ add .*3", "attempt 1: The connection to .* failed", "three four"],
        kept=[("user", PROMPT), ("call", "add"), ("output", "3"), ("assistant", WHOLE)],
    )
    assert len(row.all(ToolStarted)) == 1
