"""The model's process: llama.cpp's server on a free port of 127.0.0.1.

It says on standard output when the model is loaded, and ends when its standard input is closed:
also when the program that has started it is killed.
"""

import os
import sys
import threading
from typing import Any, NoReturn

import msgspec

from tui.local_model.model_words import ModelOrder, ModelReady


def serve(order: ModelOrder) -> NoReturn:
    said = os.dup(1)
    os.dup2(2, 1)  # native code writes to standard output too
    threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        ready = ModelReady(url=_served(order))
    except Exception as error:  # noqa: BLE001 - native code raises what it likes
        ready = ModelReady(problem=str(error) or type(error).__name__)
    os.write(said, msgspec.json.encode(ready) + b"\n")
    if ready.problem:
        os._exit(1)
    threading.Event().wait()
    raise AssertionError("nothing sets the event")


def _served(order: ModelOrder) -> str:
    """Load the model and serve it; returns its base URL."""
    import xllamacpp  # type: ignore[import-not-found,import-untyped,unused-ignore] # noqa: PLC0415

    params = xllamacpp.CommonParams()
    params.model.path = order.path
    params.model_alias = {order.name}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_parallel = 1
    params.n_ctx = order.context
    params.cpuparams.n_threads = order.threads
    params.cpuparams_batch.n_threads = order.threads
    params.verbosity = 0
    _KEPT.append(xllamacpp.Server(params))
    return f"{_KEPT[0].listening_address}/v1"


_KEPT: list[Any] = []
"""The server stops when it is collected."""


def _end_with_input() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    serve(msgspec.json.decode(sys.argv[1], type=ModelOrder))
