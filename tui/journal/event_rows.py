"""Turns events into rows: consecutive deltas share one, so that a fast stream is cheap to store."""

from collections.abc import Iterable, Sequence
from typing import Final, get_args

import msgspec

from tui.protocol.codec import encode_batch
from tui.protocol.events import AgentLoaded, Delta, Event, RunStarted

DELTAS: Final = "deltas"
"""The kind of a row of deltas; the kind of any other row is the type of its event."""

_TITLE_LENGTH: Final = 80
_DELTA_TYPES: Final = frozenset(get_args(Delta))
_encoder = msgspec.json.Encoder()


class Row(msgspec.Struct, frozen=True):
    """``body`` has ``count`` JSON lines."""

    session: str
    kind: str
    count: int
    body: bytes


class SessionChange(msgspec.Struct, frozen=True, kw_only=True):
    """How some events change the row of their session; "" changes nothing."""

    agent: str = ""
    model: str = ""
    title: str = ""
    runs: int = 0
    events: int = 0


def is_structural(event: Event) -> bool:
    """Not a delta: it gets a row of its own and is committed at once."""
    return type(event) not in _DELTA_TYPES


def rows_of(session: str, events: Iterable[Event]) -> list[Row]:
    """The rows of these events, in order."""
    rows: list[Row] = []
    deltas: list[Event] = []
    for event in events:
        if not is_structural(event):
            deltas.append(event)
            continue
        if deltas:
            rows.append(_row(session, DELTAS, deltas))
            deltas = []
        rows.append(_row(session, type(event).__name__, [event]))
    if deltas:
        rows.append(_row(session, DELTAS, deltas))
    return rows


def change_of(events: Sequence[Event]) -> SessionChange:
    """The newest agent and model, the first message as a title."""
    change = SessionChange(events=len(events))
    for event in events:
        if isinstance(event, AgentLoaded):
            change = msgspec.structs.replace(change, agent=event.agent, model=event.model)
        elif isinstance(event, RunStarted):
            change = msgspec.structs.replace(
                change, title=change.title or _title(event.prompt), runs=change.runs + 1
            )
    return change


def _row(session: str, kind: str, events: list[Event]) -> Row:
    try:
        body = _encoder.encode_lines(events)
    except UnicodeEncodeError:  # a lone surrogate, which the slower encoder replaces
        body = encode_batch(events)
    return Row(session, kind, len(events), body)


def _title(prompt: str) -> str:
    line = next(filter(None, map(str.strip, prompt.splitlines())), "")
    return line if len(line) <= _TITLE_LENGTH else line[: _TITLE_LENGTH - 1] + "…"


def joined(before: SessionChange, after: SessionChange) -> SessionChange:
    """Both changes as one."""
    return msgspec.structs.replace(
        after,
        agent=after.agent or before.agent,
        model=after.model or before.model,
        title=before.title or after.title,
        runs=before.runs + after.runs,
        events=before.events + after.events,
    )
