"""The openai client without two detours that change nothing here and take half of all time."""

from collections.abc import Mapping
from typing import Any, get_args

import pydantic
from openai import _models
from openai._utils import is_given
from openai.resources.chat.completions import completions
from openai.resources.responses import responses
from openai.types.responses import ResponseStreamEvent

from tui.worker.sdk_internals import wrap_internal

RENAME = "async_maybe_transform"
"""Renames parameters whose name in Python is not the API's; an agent's requests have none."""
VALIDATE = "validate_type"
"""Tries an event as each of fifty kinds, six of which hold a response with all of its tools."""

EVENT = get_args(ResponseStreamEvent)[0]
KINDS: dict[str, type[pydantic.BaseModel]] = {
    name: kind
    for kind in get_args(EVENT)
    for name in get_args(kind.model_fields["type"].annotation)
}


def take_short_cuts() -> None:
    for resource in (completions, responses):
        wrap_internal(resource, RENAME, lambda _: as_it_is)
    wrap_internal(_models, VALIDATE, as_what_it_says)


async def as_it_is(body: Mapping[str, Any], _expected: object) -> dict[str, Any]:
    return {name: value for name, value in body.items() if is_given(value)}


def as_what_it_says(validate: Any) -> Any:
    def validated(*, type_: Any, value: Any) -> Any:
        kind = (
            KINDS.get(str(value.get("type")))
            if type_ is EVENT and isinstance(value, dict)
            else None
        )
        return validate(type_=type_ if kind is None else kind, value=value)

    return validated
