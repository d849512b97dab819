"""What a frame of the tool log costs with ten thousand calls in it.

The real widget, without a terminal: processor time of laying out and drawing after each change, for
a log of 100 calls and one of 10,000: plain, filtered, and while a search marks its hits; and the
time until a result of 5 MB can be read at its end. Run: python -m benchmarks.tool_log
"""

import asyncio
import json
import statistics
import sys
from collections.abc import Callable
from time import process_time
from typing import Literal

from textual.app import App, ComposeResult

from tests.support.conversations import Folding
from tui.dashboard.tools.tool_log import ToolLog
from tui.protocol import events

FEW, MANY = 100, 10_000
BAR = 16.0
"""Milliseconds of processor time of a frame, at the median."""
ROUNDS = 40


class Desk(App[None]):
    def compose(self) -> ComposeResult:
        self.log_shown = ToolLog(lambda: 0)
        yield self.log_shown


def call(number: int) -> list[events.Event]:
    key = f"call{number}"
    output = json.dumps({"number": number, "name": f"thing {number}", "on": True})
    parent = f"call{number - 1}" if number % 10 == 1 else ""
    outcome: Literal["error", "ok"] = "error" if number % 50 == 0 else "ok"
    return [
        events.ToolCalled(at=1, tool_call=key, name=f"tool_{number % 7}", arguments=output,
                          parent=parent),
        events.ToolStarted(at=2, tool_call=key),
        events.ToolFinished(at=3, tool_call=key, outcome=outcome, output=output),
    ]  # fmt: skip


def frame(log: ToolLog) -> None:
    """Lay out what has changed and draw what is in view."""
    log._settle()  # noqa: SLF001 - what a frame does
    log.render_lines(log.size.region)


async def measured(count: int, prepare: Callable[[ToolLog], object]) -> float:
    """Milliseconds of processor time of a frame after a new call, the median."""
    app = Desk()
    async with app.run_test(size=(110, 50)) as pilot:
        log, folding = app.log_shown, Folding()
        for number in range(count):
            log.show(folding.feed(*call(number)))
        frame(log)
        prepare(log)
        await pilot.pause()
        took = []
        for number in range(count, count + ROUNDS):
            changes = folding.feed(*call(number))
            began = process_time()
            log.show(changes)
            frame(log)
            took.append((process_time() - began) * 1000)
    return statistics.median(took)


async def opened() -> float:
    """Milliseconds of processor time until the end of a result of 5 MB is drawn."""
    output = json.dumps([{"id": number, "name": f"row {number}"} for number in range(140_000)])
    app = Desk()
    async with app.run_test(size=(110, 50)) as pilot:
        log = app.log_shown
        log.focus()
        log.show(
            Folding().feed(
                events.ToolCalled(at=1, tool_call="a", name="read", arguments="{}"),
                events.ToolStarted(at=2, tool_call="a"),
                events.ToolFinished(at=3, tool_call="a", outcome="ok", output=output),
            )
        )
        frame(log)
        await pilot.pause()
        began = process_time()
        log.action_open_or_fold()
        log.action_go("end")
        frame(log)
        took = (process_time() - began) * 1000
    print(f"a result of {len(output) / 1e6:.1f} MB: {took:.0f} ms until its end is drawn")
    return took


def main() -> int:
    ways: dict[str, Callable[[ToolLog], object]] = {
        "plain": lambda _: None,
        "filtered": lambda log: log.finder.filter("state:ok -tool_3"),
        "searched": lambda log: log.finder.search("thing 99"),
    }
    worst = 0.0
    for name, prepare in ways.items():
        few, many = (asyncio.run(measured(count, prepare)) for count in (FEW, MANY))
        worst = max(worst, many)
        print(f"{name:9} {FEW:6,} calls: {few:5.2f} ms a frame   {MANY:,} calls: {many:5.2f} ms")
    asyncio.run(opened())
    print(f"{'ok' if worst <= BAR else 'MISSED'}: bar {BAR:.0f} ms of processor time")
    return 0 if worst <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
