"""The provider in a process of its own, so that it does not share the GIL with its client."""

import urllib.request
from pathlib import Path

import msgspec

from tests.support.module_process import ModuleProcess
from tests.support.patience import PATIENCE
from tests.support.provider.http_server import LOG_PATH
from tests.support.provider.request import ConnectionRecord, RequestRecord


class ProviderLogs(msgspec.Struct):
    """What ``GET /control/log`` returns."""

    connections: list[ConnectionRecord]
    requests: list[RequestRecord]


class ProviderProcess(ModuleProcess):
    """``with ProviderProcess(script_file) as provider: …``; the script: see ``__main__.py``."""

    def __init__(self, script: Path) -> None:
        super().__init__("tests.support.provider", "--script", str(script))

    @property
    def port(self) -> int:
        return int(self.first_line)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def log(self) -> ProviderLogs:
        """Connections and requests so far; their times compare with ours (monotonic ns)."""
        url = f"http://127.0.0.1:{self.port}{LOG_PATH}"
        with urllib.request.urlopen(url, timeout=PATIENCE) as response:
            return msgspec.json.decode(response.read(), type=ProviderLogs)
