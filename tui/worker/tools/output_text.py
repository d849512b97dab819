"""Outputs of tools and runs as text. Pure."""

import json
from collections.abc import Mapping
from typing import Any

import pydantic_core
from agents.tool import ToolOutputFileContent, ToolOutputImage, ToolOutputText

MOST_SHOWN = 200_000
"""Characters of a tool's output that are shown; the model gets all of it."""

_PARTS = (ToolOutputText, ToolOutputImage, ToolOutputFileContent)
_PART_TYPES = frozenset(str(part.model_fields["type"].default) for part in _PARTS)


def shown_output(output: object) -> str:
    """A tool's output as it is shown."""
    parts = output if isinstance(output, list | tuple) else [output]
    if parts and all(_is_part(part) for part in parts):
        text = "\n".join(map(_part_text, parts))
    else:
        text = output if isinstance(output, str) else as_json(output)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}… ({len(text)} characters)"


def as_json(value: Any) -> str:
    """Any value that a tool, or an agent with an output type, returns."""
    if isinstance(value, int | float | bool) or value is None:
        return json.dumps(value) if not isinstance(value, float) else str(value)
    return pydantic_core.to_json(value, fallback=str, inf_nan_mode="strings").decode()


def _is_part(part: object) -> bool:
    """Whether the SDK sends it as a part of its own; MCP servers return such parts too."""
    return isinstance(part, _PARTS) or (
        isinstance(part, Mapping) and part.get("type") in _PART_TYPES
    )


def _part_text(part: Any) -> str:
    text = part.get("text") if isinstance(part, Mapping) else getattr(part, "text", None)
    return text if isinstance(text, str) else as_json(part)
