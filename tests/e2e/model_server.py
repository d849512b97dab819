"""llama.cpp's server with a small language model, in a process of its own.

``python -m tests.e2e.model_server FILE.gguf`` prints its URL when the model is loaded, and ends
with its standard input.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Self

MODEL_NAME = "smollm2-135m-instruct"

_ROOT = Path(__file__).resolve().parents[2]


class ModelServer:
    """``with ModelServer(gguf) as server: …``; the model is loaded when it enters."""

    def __init__(self, gguf: Path) -> None:
        self._gguf = gguf
        self.base_url = ""
        """What a client takes as its base URL; ends with ``/v1``."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.model_server", self._gguf],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        url = self._process.stdout.readline().strip()
        if not url:
            raise RuntimeError(f"the model server ended with {self._process.wait()}")
        self.base_url = f"{url}/v1"
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._process.communicate()


def serve(gguf: str) -> None:
    """Serve until the standard input ends; the URL goes to the standard output."""
    url_pipe = os.dup(1)
    os.dup2(2, 1)  # native code logs to both
    import xllamacpp  # type: ignore[import-not-found,import-untyped,unused-ignore]

    params = xllamacpp.CommonParams()
    params.model.path = gguf
    params.model_alias = {MODEL_NAME}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_parallel = 1
    params.n_ctx = 2048
    # Threads that wait for each other spin: with one per core of a busy machine that is ten times
    # slower than a single one.
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.verbosity = 0
    server = xllamacpp.Server(params)
    os.write(url_pipe, f"{server.listening_address}\n".encode())
    sys.stdin.read()


if __name__ == "__main__":
    serve(sys.argv[1])
