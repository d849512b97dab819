from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.protocol.codec import decode_command, decode_event, decode_events, encode, encode_batch
from tui.protocol.commands import Command, StartRun
from tui.protocol.events import (
    Event,
    HistoryChanged,
    OutputPrinted,
    Problem,
    RunFinished,
    TextDelta,
)

_SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(),
    bytes: st.binary(),
    bool: st.booleans(),
    int: st.integers(min_value=-(2**63), max_value=2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    NoneType: st.none(),
    msgspec.Raw: st.sampled_from([b'{"role":"user"}', b"[1]", b'"\\u00e9"']).map(msgspec.Raw),
}


def of_type(type_: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one for each kind
    """Any value that a field of this type can hold."""
    if type_ in _SIMPLE:
        return _SIMPLE[type_]
    origin, arguments = get_origin(type_), get_args(type_)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, UnionType):
        return st.one_of(*map(of_type, arguments))
    if origin is tuple and arguments[-1] is not ...:
        return st.tuples(*map(of_type, arguments))
    if origin is tuple:
        return st.lists(of_type(arguments[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(*map(of_type, arguments), max_size=3)
    if origin is Annotated:  # a price
        return st.floats(min_value=0, allow_infinity=False)
    fields = msgspec.structs.fields(type_)
    struct: st.SearchStrategy[Any] = st.builds(type_, **{f.name: of_type(f.type) for f in fields})
    return struct


any_event: st.SearchStrategy[Event] = st.one_of(*map(of_type, get_args(Event)))
any_command: st.SearchStrategy[Command] = st.one_of(*map(of_type, get_args(Command)))


@given(any_event)
def test_an_event_is_decoded_from_its_line_unchanged(event: Event) -> None:
    line = encode(event)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode_event(line) == event


@given(any_command)
def test_a_command_is_decoded_from_its_line_unchanged(command: Command) -> None:
    line = encode(command)
    assert line.count(b"\n") == 1
    assert decode_command(line) == command


@settings(max_examples=30)
@given(st.lists(any_event, max_size=20))
def test_a_batch_is_the_lines_of_its_events(events: list[Event]) -> None:
    batch = encode_batch(events)
    assert batch == b"".join(map(encode, events))
    assert decode_events(batch) == events


@given(st.text(st.characters(categories=["Cs", "Lu"]), min_size=1))
def test_lone_surrogates_are_replaced_everywhere(text: str) -> None:
    replaced = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    delta = decode_event(encode(TextDelta(at=1, call="c", text=text)))
    assert delta == TextDelta(at=1, call="c", text=replaced)
    problem = Problem(kind="agent", message=text)
    finished = decode_event(encode(RunFinished(at=1, outcome="failed", problem=problem)))
    assert isinstance(finished, RunFinished)
    assert finished.problem == Problem(kind="agent", message=replaced)
    started = decode_command(encode(StartRun(run="r", prompt=text, entered_at=1)))
    assert started == StartRun(run="r", prompt=replaced, entered_at=1)


def test_history_items_keep_every_byte() -> None:
    item = msgspec.Raw(b'{ "content":"\\ud83d\\ude00", "n": 1.50 }')
    changed = decode_event(encode(HistoryChanged(at=1, keep=2, items=(item,))))
    assert isinstance(changed, HistoryChanged)
    assert bytes(changed.items[0]) == bytes(item)


def test_a_line_omits_default_values() -> None:
    assert encode(OutputPrinted(at=1, text="x")) == (
        b'{"type":"OutputPrinted","at":1,"text":"x"}\n'
    )


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"Hello from print()\n",
        b"{}\n",
        b'{"type":"Nonsense","at":1}\n',
        b'{"type":"Hello"}\n',
        b'{"type":"OutputPrinted","at":1,"text":"\\ud800"}\n',
    ],
)
def test_a_line_that_is_not_an_event_raises(line: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_event(line)


def test_an_unknown_field_from_a_newer_worker_is_ignored() -> None:
    line = b'{"type":"TextDelta","at":1,"call":"c","text":"x","mood":"good"}\n'
    assert decode_event(line) == TextDelta(at=1, call="c", text="x")
