"""llama.cpp's server with a small language model, in a process of its own.

``python -m tests.e2e.model_server FILE.gguf`` prints its URL when the model is loaded, and ends
when its standard input is closed.
"""

import os
import sys
from pathlib import Path

from tests.support.module_process import ModuleProcess

MODEL_NAME = "smollm2-135m-instruct"


class ModelServer(ModuleProcess):
    """``with ModelServer(gguf) as server: …``; inside the block the model is loaded."""

    def __init__(self, gguf: Path) -> None:
        super().__init__("tests.e2e.model_server", str(gguf))

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL; ends with ``/v1``."""
        return f"{self.first_line}/v1"


def serve(gguf: str) -> None:
    """Print the URL, and serve until the standard input is closed."""
    url_pipe = os.dup(1)
    os.dup2(2, 1)  # native code logs to standard output too
    import xllamacpp  # type: ignore[import-not-found,import-untyped,unused-ignore]

    params = xllamacpp.CommonParams()
    params.model.path = gguf
    params.model_alias = {MODEL_NAME}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_parallel = 1
    params.n_ctx = 2048
    # Its threads spin while they wait for each other: on a busy machine one per core is ten times
    # slower than a single one.
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.verbosity = 0
    server = xllamacpp.Server(params)
    os.write(url_pipe, f"{server.listening_address}\n".encode())
    sys.stdin.read()


if __name__ == "__main__":
    serve(sys.argv[1])
