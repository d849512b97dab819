"""Workers that are forked from a process that has already loaded the SDK.

A worker needs seconds to start, and nearly every test of the program or of the worker starts one.
One warm process (``server.py``) forks them for a whole run of the tests, however many processes
play it: what is first in the run makes it known to them in the environment. The SDK is loaded when
the first worker is asked for.

A dashboard under test is started as ever; but what it takes for the Python that runs its worker is
``client.py``, which hands its streams to the warm process and then lives and ends as the worker
does. Tests of the worker's process have a real one.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.patience import PATIENCE
from tests.support.warm.order import Order, Ordered

HERE = Path(__file__).parent
KNOWN_AS = "TEST_WARM_FOLDER"
"""The variable that names the folder in which the warm process is reached."""


class WarmWorkers:
    """The warm process, reached in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def environment(self) -> dict[str, str]:
        """What a dashboard is given to have its workers from here."""
        return {
            "PYTHONPATH": str(HERE / "site"),
            "TEST_WORKER_PYTHON": str(self._folder / "python"),
            "TEST_WARM_WORKERS": str(self._folder / "workers"),
        }

    def fork(self, order: Order, streams: Sequence[int]) -> Ordered:
        """The worker that ``order`` tells of, with these standard streams."""
        return order.placed(self._folder / "workers", streams)


class WarmProcess:
    """``with WarmProcess(): …``: whoever asks for `warm_workers` meanwhile is served by it."""

    def __enter__(self) -> None:
        self._folder = TemporaryDirectory()
        folder = Path(self._folder.name)
        python = folder / "python"
        # Without what a site adds it starts in some 20 ms.
        python.write_text(f"#!{sys.executable} -IS\n{(HERE / 'client.py').read_text()}")
        python.chmod(0o700)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(folder / "workers"))
            listener.listen()
            self._server = subprocess.Popen(
                [sys.executable, "-P", "-m", "tests.support.warm.server", str(listener.fileno())],
                stdin=subprocess.PIPE,
                pass_fds=[listener.fileno()],
                cwd=HERE.parents[1],
            )
        os.environ[KNOWN_AS] = str(folder)

    def __exit__(self, *_: object) -> None:
        """End the process, and what it has forked."""
        del os.environ[KNOWN_AS]
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(PATIENCE)
        self._folder.cleanup()


def warm_workers() -> WarmWorkers:
    """Those of this run of the tests."""
    return WarmWorkers(Path(os.environ[KNOWN_AS]))
