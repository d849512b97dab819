"""Starts streamtui with a probe in its event loop: by how much is a 5 ms timer late?

Usage: python -m benchmarks.lag_probe REPORT ARGUMENTS...; it writes the report, JSON, at the end.
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
    """The dashboard, which samples its loop's lag once all panes are on the screen."""

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
