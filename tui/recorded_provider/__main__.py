"""The provider's process: reads the recording, says that it is ready, serves until stdin ends."""

import logging
import os
import socket
import sqlite3
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tui.journal import JournalError, JournalStore, NoSuchSessionError
from tui.journal.recordings import Recording, RecordingError
from tui.recorded_provider.answer_finder import OLD
from tui.recorded_provider.provider_words import ProviderOrder, ProviderReady
from tui.recorded_provider.recorded_calls import RecordedModel, recorded_model

if TYPE_CHECKING:
    from tui.recorded_provider.endpoints import RecordedEndpoints

_UNREADABLE = (RecordingError, JournalError, NoSuchSessionError, OSError, sqlite3.Error)
_KEEP_ALIVE = 3600
"""Seconds: a connection that is closed just when it is used again would look like a failure."""


def main() -> None:
    order = msgspec.json.decode(sys.argv[1], type=ProviderOrder)
    try:
        model = _read(order)
    except _UNREADABLE as error:
        _say(ProviderReady(problem=str(error)))
        return
    answers = sum(call.answer is not None for call in model.calls)
    problem = "" if any(call.request for call in model.calls) else _why_useless(model)
    _say(
        ProviderReady(
            problem=problem,
            models=model.models,
            host=model.host,
            api=model.api,
            answers=answers,
        )
    )
    if not problem:
        _serve(order, model)


def _read(order: ProviderOrder) -> RecordedModel:
    store = None if order.journal is None else JournalStore(Path(order.journal))
    return recorded_model(Recording(order.recording, store))


def _why_useless(model: RecordedModel) -> str:
    return OLD if model.calls else "it has no call of a model"


def _serve(order: ProviderOrder, model: RecordedModel) -> None:
    # Loaded only now: the first line must not wait for it.
    import uvicorn  # noqa: PLC0415

    from tui.recorded_provider.endpoints import RecordedEndpoints  # noqa: PLC0415

    logging.disable()
    endpoints = RecordedEndpoints(
        model, pace=order.pace, with_errors=order.with_errors, nearest=order.nearest
    )
    threading.Thread(target=_end_with_stdin, args=(endpoints,), daemon=True).start()
    config = uvicorn.Config(
        endpoints.app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=_KEEP_ALIVE,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=order.fd)])


def _end_with_stdin(endpoints: "RecordedEndpoints") -> None:
    """The process that started this one has closed it, or is gone."""
    sys.stdin.buffer.read()
    try:
        _say(endpoints.report())
    finally:
        os._exit(0)


def _say(words: msgspec.Struct) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(words) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
