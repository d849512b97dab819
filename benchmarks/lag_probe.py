"""Starts streamtui with a probe in its loop: how late does a 5 ms timer come?

Usage: python -m benchmarks.lag_probe REPORT ARGUMENTS...; the report is JSON, written at the end.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

from tui.cli.command_line import main
from tui.dashboard import app

PERIOD = 0.005


class ProbedStreamTui(app.StreamTui):
    """The dashboard, with its loop's lag sampled since everything is on the screen."""

    lags: list[float]

    async def load(self) -> None:
        await super().load()
        self.lags = []
        self.probe = asyncio.create_task(self._sample())

    async def _sample(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(PERIOD)
            self.lags.append(time.perf_counter() - before - PERIOD)

    async def on_unmount(self) -> None:
        report = json.dumps(self.lags)
        await asyncio.to_thread(REPORT.write_text, report)


REPORT = Path(sys.argv.pop(1))

if __name__ == "__main__":
    app.StreamTui = ProbedStreamTui  # type: ignore[misc]
    main()
