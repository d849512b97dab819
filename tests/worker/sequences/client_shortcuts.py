"""The openai client without two detours that take half of all time and change nothing here."""

from collections.abc import Mapping
from typing import Any, get_args

import pydantic
from openai import omit
from openai._utils import is_given
from openai.types.responses import ResponseStreamEvent

from tests.worker.sequences import sdk_shortcuts
from tui.worker.sdk_internals.private_names import PrivateName

RENAMES = tuple(
    PrivateName(f"openai.resources.{resource}", "async_maybe_transform")
    for resource in ("chat.completions.completions", "responses.responses")
)
"""They try each tool as every kind of tool, looking for fields to rename, of which it has none."""
VALIDATE = PrivateName("openai._models", "validate_type")
"""Tries an event as each of fifty kinds, six of which hold a response with all of its tools."""

EVENT = get_args(ResponseStreamEvent)[0]
KINDS: dict[str, type[pydantic.BaseModel]] = {
    name: kind
    for kind in get_args(EVENT)
    for name in get_args(kind.model_fields["type"].annotation)
}


def install_shortcuts() -> None:
    sdk_shortcuts.install()
    for rename in RENAMES:
        rename.wrap(with_unchanged_tools)
    VALIDATE.wrap(by_declared_type)


def with_unchanged_tools(rename: Any) -> Any:
    async def renamed(body: Mapping[str, Any], kind: object) -> Any:
        made = await rename({**body, "tools": omit}, kind)
        return made | {"tools": body["tools"]} if is_given(body["tools"]) else made

    return renamed


def by_declared_type(validate: Any) -> Any:
    def validated(*, type_: Any, value: Any) -> Any:
        kind = (
            KINDS.get(str(value.get("type")))
            if type_ is EVENT and isinstance(value, dict)
            else None
        )
        return validate(type_=type_ if kind is None else kind, value=value)

    return validated
