"""`streamtui run` starts its worker before it loads what it needs itself: the SDK takes longest."""

import subprocess
import sys
from pathlib import Path

from tests.support.patience import PATIENCE

SCRIPT = """
import os, sys
import tui.stream.worker_process

def start_worker(argv):
    print(*argv[:4], file=sys.stderr)
    print(*sys.modules)
    sys.stdout.flush()
    os._exit(0)

tui.stream.worker_process.start_worker = start_worker
sys.argv = ["streamtui", "run", "agent.py:agent", "hello"]
from tui.cli.command_line import main
main()
"""


def test_the_worker_starts_before_asyncio_and_what_measures_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "agent.py").touch()
    ended = subprocess.run(
        [sys.executable, "-P", "-c", SCRIPT],
        cwd=tmp_path, capture_output=True, text=True, check=True, timeout=PATIENCE,
    )  # fmt: skip
    assert ended.stderr.split()[1:] == ["-P", "-m", "tui.worker"]
    loaded = set(ended.stdout.split())
    assert "tui.core.config.settings" in loaded
    assert not loaded & {
        "asyncio", "sqlite3", "rich", "textual", "tui.headless.batch", "tui.core.metrics",
        "tui.core.conversation", "tui.journal",
    }  # fmt: skip
