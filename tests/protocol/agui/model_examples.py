"""Examples of AG-UI's own pydantic models: one with every field, one with only what it needs."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel


def examples(model: type[BaseModel]) -> Iterator[dict[str, Any]]:
    """As JSON values: the least that the model takes, then all that it takes, in each variety."""
    fields = [
        (field.alias or name, field.annotation, field.is_required() or _is_tag(field.annotation))
        for name, field in model.model_fields.items()
    ]
    yield {name: _values(kind)[0] for name, kind, needed in fields if needed}
    many = {name: [each for each in _values(kind) if each is not None] for name, kind, _ in fields}
    for number in range(max(map(len, many.values()))):
        yield {name: each[number % len(each)] for name, each in many.items()}


def _is_tag(annotation: Any) -> bool:
    return get_origin(annotation) is Literal


def _values(annotation: Any) -> list[Any]:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return [getattr(each, "value", each) for each in args]
    if origin in (Annotated, Union, UnionType):
        kinds = args[:1] if origin is Annotated else args
        return [value for each in kinds for value in _values(each)]
    if origin is list:
        return [_values(args[0]), _values(args[0])[:1]]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return list(examples(annotation))
    plain: dict[Any, list[Any]] = {
        str: ["/text"],
        int: [3],
        bool: [True, False],
        type(None): [None],
        dict: [{"a": 1, "nothing": None}],
        Any: [{"nested": [1, "ü", None]}, "text", [1.5]],
    }
    return plain[origin or annotation]
