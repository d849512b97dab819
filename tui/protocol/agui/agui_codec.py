"""AG-UI as JSON: what its server writes and its client reads, and the other way round."""

import json
from contextlib import suppress
from typing import Any, NoReturn, get_args

import msgspec
from msgspec.structs import replace

from tui.protocol.agui.agui_capabilities import AgentCapabilities
from tui.protocol.agui.agui_events import KnownEvent, MessagesSnapshot, ReadEvent, UnknownEvent
from tui.protocol.agui.agui_messages import Message
from tui.protocol.agui.run_agent_input import RunAgentInput

_encoder = msgspec.json.Encoder()
_events: msgspec.json.Decoder[KnownEvent] = msgspec.json.Decoder(KnownEvent)
_input = msgspec.json.Decoder(RunAgentInput)

EVENTS: dict[str, type[msgspec.Struct]] = {
    str(known.__struct_config__.tag): known for known in get_args(KnownEvent)
}
"""By ``type``, every event that this version knows."""

EVENT_TYPES = frozenset(EVENTS)


def encode_agui(value: KnownEvent | RunAgentInput | AgentCapabilities) -> bytes:
    """JSON in one line. Lone surrogates become U+FFFD."""
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return _encoder.encode(_without_surrogates(msgspec.to_builtins(value)))


def decode_agui_event(data: bytes | str) -> ReadEvent:
    """Never fails on what a server sends; messages of unknown roles are left out of a snapshot.

    Text may end or begin with half of a surrogate pair: servers in JavaScript cut there.
    """
    try:
        return _events.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        return _unread(data.encode() if isinstance(data, str) else data, str(error))


def decode_run_input(body: bytes) -> RunAgentInput:
    """Raise `msgspec.ValidationError`, which names the field, or `msgspec.DecodeError`."""
    try:
        return _input.decode(body)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError as error:
        value = _lenient(body)
        if value is None:
            raise
        try:
            return msgspec.convert(_without_surrogates(value), RunAgentInput)
        except msgspec.ValidationError as reason:
            raise reason from error
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError("JSON is not in UTF-8") from error
    except RecursionError as error:
        raise msgspec.DecodeError("JSON is nested too deeply") from error


def _unread(data: bytes, problem: str) -> ReadEvent:
    value = _lenient(data)
    name = value.get("type") if isinstance(value, dict) else None
    if not isinstance(name, str):
        return UnknownEvent(type="", data=data, problem=problem)
    if name not in EVENT_TYPES:
        return UnknownEvent(type=name, data=data)
    try:
        return msgspec.convert(value, KnownEvent)  # type: ignore[no-any-return]
    except msgspec.ValidationError as error:
        problem = str(error)
    if name == "MESSAGES_SNAPSHOT" and isinstance(value.get("messages"), list):
        with suppress(msgspec.ValidationError):
            return _known_messages(value)
    return UnknownEvent(type=name, data=data, problem=problem)


def _lenient(data: bytes) -> Any:
    """JSON that may hold lone surrogates, which msgspec refuses; None: it is no JSON."""
    try:
        return json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _known_messages(value: dict[str, Any]) -> MessagesSnapshot:
    messages = []
    for given in value["messages"]:
        try:
            messages.append(msgspec.convert(given, Message))
        except msgspec.ValidationError:
            continue
    rest = msgspec.convert({**value, "messages": []}, MessagesSnapshot)
    return replace(rest, messages=tuple(messages))


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(each) for each in value]
    return value
