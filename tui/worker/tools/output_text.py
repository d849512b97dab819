"""Outputs of tools and runs as text. Pure."""

import json
from typing import Any

import pydantic_core

MOST_SHOWN = 200_000
"""Characters of a tool's output that are shown; the model gets all of it."""


def shown_output(output: object) -> str:
    """A tool's output as it is shown."""
    text = output if isinstance(output, str) else as_json(output)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}… ({len(text)} characters)"


def as_json(value: Any) -> str:
    """Any value that a tool, or an agent with an output type, returns."""
    if isinstance(value, int | float | bool) or value is None:
        return json.dumps(value) if not isinstance(value, float) else str(value)
    return pydantic_core.to_json(value, fallback=str, inf_nan_mode="strings").decode()
