"""Workers that are forked from a process that has already loaded the SDK.

A worker needs seconds to start, and nearly every test of the program or of the worker starts one.
One warm process (``fork_server.py``) forks them for a whole test run, which may use several
processes: the main process of the run starts it and names its folder in the environment. It loads
the SDK at the first request for a worker.

A dashboard under test starts its worker as usual, but the Python that it finds for it is
``stand_in.py``. This passes its streams to the warm process, forwards signals to the forked worker
and exits as the worker does. Tests of the worker's own process use a real one.
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
FOLDER_VARIABLE = "TEST_WARM_FOLDER"
"""The environment variable that names the warm process's folder."""


class WarmWorkers:
    """A client of the warm process whose socket is in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make a dashboard get its workers from here."""
        return {
            "PYTHONPATH": str(HERE / "site"),
            "TEST_WORKER_PYTHON": str(self._folder / "python"),
            "TEST_WARM_WORKERS": str(self._folder / "workers"),
        }

    def fork(self, order: Order, streams: Sequence[int]) -> Ordered:
        """A worker with these standard streams."""
        return order.placed(self._folder / "workers", streams)


class WarmProcess:
    """``with WarmProcess(): …``: meanwhile `warm_workers` works, also in child processes."""

    def __enter__(self) -> None:
        self._folder = TemporaryDirectory()
        folder = Path(self._folder.name)
        python = folder / "python"
        # Without the site module it starts in some 20 ms.
        python.write_text(f"#!{sys.executable} -IS\n{(HERE / 'stand_in.py').read_text()}")
        python.chmod(0o700)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(folder / "workers"))
            listener.listen()
            self._server = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "tests.support.warm.fork_server",
                    str(listener.fileno()),
                ],
                stdin=subprocess.PIPE,
                pass_fds=[listener.fileno()],
                cwd=HERE.parents[1],
            )
        os.environ[FOLDER_VARIABLE] = str(folder)

    def __exit__(self, *_: object) -> None:
        """End the process and everything that it forked."""
        del os.environ[FOLDER_VARIABLE]
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(PATIENCE)
        self._folder.cleanup()


def warm_workers() -> WarmWorkers:
    """The workers of this test run."""
    return WarmWorkers(Path(os.environ[FOLDER_VARIABLE]))
