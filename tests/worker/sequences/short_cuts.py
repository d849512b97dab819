"""The openai client without two detours that change nothing here and take half of all time."""

from collections.abc import Mapping
from typing import Any, get_args

import pydantic
from openai import _models, omit
from openai._utils import is_given
from openai.resources.chat.completions import completions
from openai.resources.responses import responses
from openai.types.responses import ResponseStreamEvent

from tests.worker.sequences import sdk_shortcuts
from tui.worker.sdk_internals import wrap_internal

RENAME = "async_maybe_transform"
"""Tries each tool as every kind that there is, in search of fields to rename; they have none."""
VALIDATE = "validate_type"
"""Tries an event as each of fifty kinds, six of which hold a response with all of its tools."""

EVENT = get_args(ResponseStreamEvent)[0]
KINDS: dict[str, type[pydantic.BaseModel]] = {
    name: kind
    for kind in get_args(EVENT)
    for name in get_args(kind.model_fields["type"].annotation)
}


def take_short_cuts() -> None:
    sdk_shortcuts.install()
    for resource in (completions, responses):
        wrap_internal(resource, RENAME, with_tools_as_they_are)
    wrap_internal(_models, VALIDATE, as_what_it_says)


def with_tools_as_they_are(rename: Any) -> Any:
    async def renamed(body: Mapping[str, Any], kind: object) -> Any:
        made = await rename({**body, "tools": omit}, kind)
        return made | {"tools": body["tools"]} if is_given(body["tools"]) else made

    return renamed


def as_what_it_says(validate: Any) -> Any:
    def validated(*, type_: Any, value: Any) -> Any:
        kind = (
            KINDS.get(str(value.get("type")))
            if type_ is EVENT and isinstance(value, dict)
            else None
        )
        return validate(type_=type_ if kind is None else kind, value=value)

    return validated
