"""A worker behind a connection that is slow, or breaks."""

import os
import re
import shlex
import signal
import sys
from pathlib import Path

from tests.program.conftest import AGENT, Launch
from tests.support.provider import Answer, Gate, Provide, Provider
from tests.support.terminal import Terminal, children_of, wait_gone

PIPE = Path(__file__).parent / "narrow_pipe.py"
WORDS = [f" word{number}" for number in range(120)]


def remote_command(latency: float, bandwidth: float) -> str:
    """The command of a worker with this latency in seconds and bandwidth in bytes per second."""
    worker = [sys.executable, "-m", "tui", "worker", AGENT]
    return shlex.join([sys.executable, str(PIPE), str(latency), str(bandwidth), *worker])


def connected(launch: Launch, provider: Provider, latency: float, bandwidth: float) -> Terminal:
    """A dashboard with such a worker, which is ready and has received a message."""
    command = remote_command(latency, bandwidth)
    terminal = launch("--worker-command", command, provider=provider, warm=False, cols=160)
    terminal.wait_for(re.compile(r"── idle\b"))
    terminal.type("count\n")
    return terminal


def test_over_a_slow_connection_no_word_is_lost_and_times_are_measured_at_the_worker(
    launch: Launch, provide: Provide
) -> None:
    # The answer needs two to three times the bandwidth of the connection.
    provider = provide(Answer(deltas=WORDS, first_after=0.5, pace=0.01), strict=True)
    terminal = connected(launch, provider, 0.3, 6_000)
    terminal.wait_for("word119")
    terminal.wait_for(re.compile(r"── idle\b"))
    assert re.findall(r"\bword\d+\b", terminal.text) == [word.strip() for word in WORDS]
    assert "agent silent" not in terminal.raw.decode("utf-8", "replace")
    (ttft,) = re.findall(r"TTFT +!?(\d+) ms", terminal.text)[:1]
    assert 500 <= int(ttft) < 800
    assert provider.problems == []


def test_over_a_slow_connection_escape_is_shown_at_once_and_ends_the_request(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(Answer(deltas=WORDS, gates={60: Gate()}), Answer("well"), strict=True)
    terminal = connected(launch, provider, 0.5, 20_000)
    terminal.wait_for("word59")
    terminal.press("escape")
    terminal.wait_for("cancelling")
    provider.wait_until(lambda: provider.requests[0].client_closed_at is not None)
    terminal.wait_for(re.compile(r"── cancelled\b"))
    terminal.type("and now?\n")
    terminal.wait_for("well")
    assert provider.problems == []


def test_a_connection_that_breaks_keeps_the_partial_answer_and_leaves_no_worker(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(Answer(deltas=WORDS, gates={60: Gate()}), Answer("and on"), strict=True)
    terminal = connected(launch, provider, 0.05, 100_000)
    terminal.wait_for("word59")
    (connection,) = children_of(terminal.pid)
    (worker,) = children_of(connection)
    os.kill(connection, signal.SIGKILL)
    terminal.wait_for("process ended: SIGKILL")
    wait_gone(worker)
    # The program reconnects by itself and keeps the conversation.
    terminal.wait_for(lambda _: children_of(terminal.pid) not in ([], [connection]))
    terminal.wait_for("word59")
    terminal.press("ctrl+r")
    terminal.wait_for("and on")
    assert "word59" in str(provider.requests[1].items)
    assert provider.problems == []
