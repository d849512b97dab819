"""Events and commands as JSON lines, and back."""

from collections.abc import Iterable
from functools import cache

import msgspec

from tui.protocol.commands import Command
from tui.protocol.events import Event

_encoder = msgspec.json.Encoder()


@cache
def _events() -> msgspec.json.Decoder[Event]:
    """Made when it is needed: each process uses one of the two, and the first frame none."""
    return msgspec.json.Decoder(Event)


@cache
def _commands() -> msgspec.json.Decoder[Command]:
    return msgspec.json.Decoder(Command)


def encode(message: Event | Command) -> bytes:
    """One JSON line, newline included. Lone surrogates become U+FFFD (UTF-8 cannot hold them)."""
    try:
        return _encoder.encode(message) + b"\n"
    except UnicodeEncodeError:
        return _encoder.encode(_without_surrogates(message)) + b"\n"


def encode_batch(messages: Iterable[Event | Command]) -> bytes:
    """Any number of JSON lines."""
    return b"".join(map(encode, messages))


def decode_event(line: bytes) -> Event:
    """Raise `msgspec.DecodeError` for a line that is not an event."""
    return _events().decode(line)


def decode_events(lines: bytes) -> list[Event]:
    """Whole lines only. Raise `msgspec.DecodeError` if any of them is not an event."""
    return _events().decode_lines(lines)


def decode_command(line: bytes) -> Command:
    """Raise `msgspec.DecodeError` for a line that is not a command."""
    return _commands().decode(line)


def _without_surrogates(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, msgspec.Struct):
        fields = {
            name: _without_surrogates(getattr(value, name)) for name in value.__struct_fields__
        }
        return type(value)(**fields)
    if isinstance(value, tuple | list):
        return tuple(map(_without_surrogates, value))
    return value
