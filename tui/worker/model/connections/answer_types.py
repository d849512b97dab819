"""Builds the types of the client's answers in an order that costs least.

The openai client leaves it to the first answer to build them, each with all the types in it. Those
that are built already are taken as they are: innermost first it takes a fifth of the time.
"""

from collections.abc import Iterator
from typing import get_args

from openai.types.chat import ChatCompletionChunk
from openai.types.responses import ResponseStreamEvent
from pydantic import BaseModel

from tui.protocol.events import Api

_ROOTS = {"chat": ChatCompletionChunk, "responses": ResponseStreamEvent}


def build_types(api: Api) -> None:
    """Build all types of a streamed answer of this API."""
    for model in _innermost_first(_ROOTS.get(api), set()):
        model.model_rebuild(raise_errors=False)


def _innermost_first(annotation: object, seen: set[type]) -> Iterator[type[BaseModel]]:
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        for argument in get_args(annotation):
            yield from _innermost_first(argument, seen)
    elif annotation not in seen:
        seen.add(annotation)
        for field in annotation.model_fields.values():
            yield from _innermost_first(field.annotation, seen)
        yield annotation
