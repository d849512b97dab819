"""The agent: does it load, in how long, and what takes long to import. In a worker's process."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from tui.cli.doctor.finding import Finding, Status, Values
from tui.protocol.codec import decode_event
from tui.protocol.events import AgentLoaded, AgentLoadFailed, Event
from tui.protocol.worker_settings import WorkerSettings

PATIENCE = 120.0
"""Seconds for loading."""
SLOW = 20.0
"""Seconds, above which loading is called slow; some of them are for the SDK."""
SLOW_IMPORT = 1.0
"""Seconds, above which a package should be imported later."""
MOST = 5
"""Packages that are listed."""
_NOT_THEIRS = frozenset(
    {"tui", "agents", "openai", "httpx2", "httpcore2", "anyio", "certifi", "genai_prices", "h11"}
)
"""What streamtui and the SDK import late."""
_OF_THE_DASHBOARD, _HERE = "and reload.", "and run this again."
"""How advice ends there, and what a shell has in its place."""
_IMPORT = re.compile(rb"import time:\s+(\d+) \|\s+(\d+) \|( *)(\S+)")


class Loaded(NamedTuple):
    """What the worker's process has said."""

    agent: AgentLoaded | None
    problem: AgentLoadFailed | None
    seconds: float
    slow: list[tuple[str, float]]
    """Packages of the agent's own by the seconds that they took, without streamtui's and the
    SDK's."""
    printed: str


def load_agent(settings: WorkerSettings) -> Loaded:
    """Start a worker as the dashboard does, wait until its agent is loaded, and end it."""
    words = msgspec.json.encode(settings).decode()
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - our own argv
        [sys.executable, "-P", "-X", "importtime", "-m", "tui.worker", "--settings", words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    said: list[bytes] = []
    reader = threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
    reader.start()
    timer = threading.Timer(PATIENCE, process.kill)
    timer.start()
    ended: Event | None = None
    try:
        for line in process.stdout:
            event = _event(line)
            if isinstance(event, AgentLoaded | AgentLoadFailed):
                ended = event
                break
        seconds = time.monotonic() - began
    finally:
        timer.cancel()
        process.stdin.close()
        _end(process)
        reader.join(5)
        process.stdout.close()
        process.stderr.close()
    lines = b"".join(said).splitlines()
    printed = [line for line in lines if not line.startswith(b"import time:")]
    return Loaded(
        ended if isinstance(ended, AgentLoaded) else None,
        ended if isinstance(ended, AgentLoadFailed) else None,
        seconds,
        slow_imports(lines),
        b"\n".join(printed[-5:]).decode("utf-8", "replace"),
    )


def check_agent(loaded: Loaded) -> Iterator[Finding]:
    if loaded.agent is None:
        yield _not_loaded(loaded)
        return
    agent = loaded.agent
    yield _found(
        "loads", "ok",
        f"{agent.agent}, model {agent.model or 'not known before the first call'}, "
        f"{len(agent.tools)} tools" + (f", {len(agent.agents)} agents" if agent.agents[1:] else ""),
        values={"agent": agent.agent, "model": agent.model, "tools": len(agent.tools)},
    )  # fmt: skip
    slow = loaded.seconds > SLOW
    yield _found(
        "time to load", "warning" if slow else "ok", f"{loaded.seconds:.1f} s",
        "Does its code wait for something when it is imported?" if slow else "",
        values={"seconds": round(loaded.seconds, 3)},
    )  # fmt: skip
    if loaded.slow:
        words = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in loaded.slow)
        name, longest = loaded.slow[0]
        late = longest >= SLOW_IMPORT
        yield _found(
            "imports", "warning" if late else "note", f"the agent's own: {words}",
            f"Import {name} inside the tool that needs it." if late else "",
            values=dict(loaded.slow),
        )  # fmt: skip
    for notice in agent.notices:
        yield _found("notice", "note", notice)


def _not_loaded(loaded: Loaded) -> Finding:
    if loaded.problem is None:
        return _found(
            "loads", "failed", f"the process ended after {loaded.seconds:.1f} s: {loaded.printed}",
            "Run the file with python to see what ends it.",
        )  # fmt: skip
    problem = loaded.problem.problem
    advice = problem.advice.replace(_OF_THE_DASHBOARD, _HERE)
    return _found("loads", "failed", problem.message, advice or problem.detail)


def slow_imports(lines: list[bytes]) -> list[tuple[str, float]]:
    """Packages that the agent's code has imported, with the seconds of all that they imported.

    ``-X importtime`` writes a module after what it imports, which stands further to the right.
    What came before the user's code are streamtui's and the SDK's own.
    """
    theirs = _after_our_own(lines)
    found: dict[str, float] = {}
    for line in theirs:
        match = _IMPORT.match(line)
        if match is not None and len(match[3]) <= 1:
            name = match[4].decode("utf-8", "replace")
            package = name.partition(".")[0]
            if package not in _NOT_THEIRS:
                found[package] = found.get(package, 0.0) + int(match[2]) / 1e6
    longest = sorted(found.items(), key=lambda one: -one[1])[:MOST]
    return [(name, seconds) for name, seconds in longest if seconds >= 0.05]


def _after_our_own(lines: list[bytes]) -> list[bytes]:
    last = 0
    for number, line in enumerate(lines):
        if line.rstrip().endswith((b"tui.worker.command_loop", b"tui.worker.io.heartbeat")):
            last = number
    return lines[last + 1 :]


def _event(line: bytes) -> Event | None:
    try:
        return decode_event(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _end(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait()


def _found(
    check: str,
    status: Status,
    text: str,
    mend: str = "",
    values: Values | None = None,
) -> Finding:
    return Finding(
        area="agent", check=check, status=status, text=text, mend=mend, values=values or {}
    )
