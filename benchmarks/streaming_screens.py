"""What terminal programs use while an answer of 1,000 deltas a second streams into them.

``python -m benchmarks.streaming_screens [--port N] [--program NAME=COMMAND [--home NAME=FOLDER]
[--send NAME=KEY]] ...``: streamtui and the SDK's ``run_demo_loop`` are always measured. Others are
named by their commands and must be set up, in their home folder, for ``http://127.0.0.1:PORT/v1``.
Each answers a first message, so that everything is loaded. Processor time is that of all its
processes from Enter to the last word on the screen.
"""

import argparse
import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.first_screens import named
from tests.support.provider import Answer, Provider
from tests.support.provider.request import RequestRecord
from tests.support.terminal import Terminal, descendants_of, resident_bytes
from tests.support.terminal.processes import cpu_seconds, is_running

RATE, DELTAS = 1000, 10_000
END, READY = "zyzzyva", "xylophone"
"""The last word of the answer, and the answer to a first message: they stand nowhere else."""

QUIET, LONGEST = 2.0, 60.0
"""Seconds without output after which a program waits for input; seconds for one answer."""

_PARAGRAPH = (
    *("## Paragraph\n\n", *("plain words that stream " * 10).split(" "), "\n\n- one\n- two\n\n"),
    *("```python\n", "def add(a, b):\n", "    return a + b\n", "```\n\n"),
)


class Use(NamedTuple):
    """Seconds, seconds of processor time, and bytes of all processes before and after."""

    took: float
    cpu: float
    before: int
    after: int


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.streaming_screens", description=__doc__
    )
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--program", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--home", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--send", action="append", default=[], metavar="NAME=KEY")
    asked = parser.parse_args()
    homes, keys = dict(named(asked.home)), dict(named(asked.send))
    with Provider(route=_answer, port=asked.port) as provider, TemporaryDirectory() as folder:
        agent = Path(folder) / "agent.py"
        agent.write_text("from agents import Agent\nagent = Agent(name='A', model='gpt-5-mini')\n")
        programs = {
            "SDK's run_demo_loop": [
                sys.executable,
                str(Path(__file__).parent / "demo_loop.py"),
            ],
            "streamtui": [sys.executable, "-m", "tui", f"{agent}:agent"],
        } | {name: shlex.split(words) for name, words in named(asked.program)}
        print(f"{'':24}{'answer':>9}{'cpu':>9}{'of the time':>13}{'MB':>7}{'MB after':>10}")
        for name, argv in programs.items():
            home = Path(homes.get(name, Path(folder) / name.replace("/", "-")))
            home.mkdir(exist_ok=True)
            try:
                use = _use(argv, home, keys.get(name, "enter"), provider)
            except TimeoutError as error:
                print(f"{name:24} did not show the end: {str(error)[:60]!r}", flush=True)
                continue
            print(
                f"{name:24}{use.took:>8.1f}s{use.cpu:>8.2f}s{use.cpu / use.took:>12.0%} "
                f"{use.before / 1e6:>6.0f}{use.after / 1e6:>10.0f}",
                flush=True,
            )


def _answer(request: RequestRecord) -> Answer:
    said = request.last_user_text or ""
    if "title" in (request.instructions or "").casefold()[:200]:
        return Answer("A name")
    if "stream" not in said:
        return Answer(READY)
    deltas = (_PARAGRAPH * (DELTAS // len(_PARAGRAPH) + 1))[: DELTAS - 1]
    words = [part if part.endswith("\n") else f"{part} " for part in deltas]
    return Answer(deltas=[*words, f"\n\n{END}"], pace=1 / RATE)


def _use(argv: Sequence[str], home: Path, key: str, provider: Provider) -> Use:
    environment = {
        "HOME": str(home),
        "OPENAI_API_KEY": "sk-none",
        "OPENAI_BASE_URL": provider.base_url,
        "XDG_CONFIG_HOME": None,
        "XDG_DATA_HOME": None,
        "COLORTERM": "truecolor",
        "OPENAI_AGENTS_DISABLE_TRACING": "1",
    }
    with Terminal(argv, rows=40, cols=120, env=environment, cwd=home) as terminal:
        terminal.wait_for(lambda screen: any(row.strip() for row in screen), timeout=60)
        _settle(terminal)
        _say("hello", key, terminal)
        terminal.wait_for(READY, timeout=LONGEST)
        _settle(terminal)
        before = _cpu(terminal.pid)
        memory = _memory(terminal.pid)
        started = time.monotonic()
        _say("stream now", key, terminal)
        terminal.wait_for(END, timeout=LONGEST)
        took = time.monotonic() - started
        return Use(took, _cpu(terminal.pid) - before, memory, _memory(terminal.pid))


def _say(text: str, key: str, terminal: Terminal) -> None:
    terminal.type(text)
    time.sleep(0.5)
    terminal.press(key)


def _settle(terminal: Terminal) -> None:
    last, deadline = -1, time.monotonic() + 40
    while len(terminal.raw) != last and time.monotonic() < deadline:
        last = len(terminal.raw)
        time.sleep(QUIET)


def _processes(pid: int) -> list[int]:
    return [pid, *descendants_of(pid)]


def _cpu(pid: int) -> float:
    return sum(cpu_seconds(one) for one in _processes(pid) if is_running(one))


def _memory(pid: int) -> int:
    return sum(resident_bytes(one) for one in _processes(pid))


if __name__ == "__main__":
    main()
