"""The lines that a worker writes, as events."""

from collections.abc import Callable

import msgspec

from tui.protocol.codec import decode_event, decode_events
from tui.protocol.events import Event, Noticed


def events_in(lines: bytes, now: Callable[[], int]) -> list[Event]:
    """Decode complete lines. A line that is not a valid event becomes a warning."""
    try:
        return decode_events(lines)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return [_event_in(line, now) for line in lines.splitlines() if line.strip()]


def _event_in(line: bytes, now: Callable[[], int]) -> Event:
    try:
        return decode_event(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = line[:500].decode("utf-8", "replace")
        return Noticed(at=now(), level="warning", text=f"not an event: {text}")
