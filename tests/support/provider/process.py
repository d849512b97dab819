"""The provider in a process of its own, so that it does not share the GIL with what it feeds."""

import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Self

import msgspec

from tests.support.provider.request import ConnectionRecord, RequestRecord
from tests.support.provider.server import LOG_PATH

_ROOT = Path(__file__).resolve().parents[3]


class ProviderLogs(msgspec.Struct):
    """What ``GET /control/log`` returns."""

    connections: list[ConnectionRecord]
    requests: list[RequestRecord]


class ProviderProcess:
    """``with ProviderProcess(script_file) as provider: …``.

    ``python -m tests.support.provider -h`` lists what it takes.
    """

    def __init__(self, script: Path) -> None:
        self._script = script
        self.port = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def pid(self) -> int:
        return self._process.pid

    def log(self) -> ProviderLogs:
        """Connections and requests so far; their times compare with ours (monotonic ns)."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{LOG_PATH}") as response:
            return msgspec.json.decode(response.read(), type=ProviderLogs)

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.provider", "--script", self._script],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._process.communicate()
