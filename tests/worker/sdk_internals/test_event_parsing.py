"""Events of the Responses API are parsed as the client parses them, only sooner."""

from collections.abc import Callable
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from openai import _base_client
from openai.types.responses import ResponseStreamEvent
from pydantic import BaseModel

from tui.worker.sdk_internals.event_parsing import PARSE, parse_events_by_type

TYPES: tuple[type[BaseModel], ...] = get_args(get_args(ResponseStreamEvent)[0])
PLAIN: dict[object, object] = {str: "x", int: 1, float: 1.5, bool: True, type(None): None}

Parse = Callable[[object], object]


@pytest.fixture
def parsers(monkeypatch: pytest.MonkeyPatch) -> tuple[Parse, Parse]:
    """The client's own, and the one that the worker uses."""
    original = PARSE.get()
    monkeypatch.setattr(_base_client, PARSE.name, original)
    parse_events_by_type()
    fast = PARSE.get()
    assert fast is not original
    return (
        lambda value: original(type_=ResponseStreamEvent, value=value),
        lambda value: fast(type_=ResponseStreamEvent, value=value),
    )


def sample(annotation: Any, choice: int) -> object:
    """JSON of this type; ``choice`` picks among those of a union."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in PLAIN:
        return PLAIN[annotation]
    if origin is Literal:
        return arguments[choice % len(arguments)]
    if origin is list:
        return [sample(arguments[0], choice)]
    if origin is Union:
        return sample(arguments[choice % len(arguments)], choice)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields.items()
        return {
            field.alias or name: sample(field.annotation, choice)
            for name, field in fields
            if field.is_required() or choice % 2
        }
    # An `Annotated` union is its first argument; of a dict or an object, nothing is known.
    return sample(arguments[0], choice) if hasattr(annotation, "__metadata__") else {}


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_each_event_is_what_the_client_makes_of_it(
    parsers: tuple[Parse, Parse], kind: type[BaseModel]
) -> None:
    original, fast = parsers
    for choice in range(6):
        value = sample(kind, choice)
        assert isinstance(value, dict)
        made = fast(value)
        assert isinstance(made, kind)
        assert made == original(value)
        assert repr(made) == repr(original(value))


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        "response.created",
        {"type": "response.of.tomorrow", "more": 1},
        {"type": ["response.created"]},
        {"type": None},
        {"type": "response.output_text.delta"},
        {"type": "response.output_text.delta", "delta": 3, "logprobs": "none"},
        {"type": "response.completed", "response": None},
        {"type": "error", "message": None, "code": 5, "own_field": "kept"},
    ],
    ids=str,
)
def test_what_fits_no_type_goes_the_clients_own_way(
    parsers: tuple[Parse, Parse], value: object
) -> None:
    original, fast = parsers
    assert type(fast(value)) is type(original(value))
    assert repr(fast(value)) == repr(original(value))
