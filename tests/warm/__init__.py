"""Dashboards whose workers are forked from a process that has already loaded the SDK.

A worker needs seconds to start, and nearly every test of the program starts one. The dashboard
itself is started as ever; but what it takes for the Python that runs its worker is ``client.py``.
That hands its streams to a warm process (``server.py``), which forks the worker, and then lives
and ends as the worker does. Tests of the worker's process have a real one.
"""

import socket
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.patience import PATIENCE

HERE = Path(__file__).parent


class WarmWorkers:
    """The warm process; it is started when ``environment`` is first asked for."""

    def __init__(self) -> None:
        self._environment: dict[str, str] | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a dashboard is given to have its workers from here."""
        if self._environment is None:
            self._environment = self._start()
        return self._environment

    def close(self) -> None:
        """End the process, and what it has forked."""
        if self._server is not None:
            assert self._server.stdin is not None
            self._server.stdin.close()
            self._server.wait(PATIENCE)
        if self._folder is not None:
            self._folder.cleanup()

    def _start(self) -> dict[str, str]:
        self._folder = TemporaryDirectory()
        python, path = Path(self._folder.name) / "python", Path(self._folder.name) / "workers"
        # Without what a site adds it starts in some 20 ms.
        python.write_text(f"#!{sys.executable} -IS\n{(HERE / 'client.py').read_text()}")
        python.chmod(0o700)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen()
            self._server = subprocess.Popen(
                [sys.executable, "-P", "-m", "tests.warm.server", str(listener.fileno())],
                stdin=subprocess.PIPE,
                pass_fds=[listener.fileno()],
                cwd=HERE.parents[1],
            )
        return {
            "PYTHONPATH": str(HERE / "site"),
            "TEST_WORKER_PYTHON": str(python),
            "TEST_WARM_WORKERS": str(path),
        }
