"""Outputs of tools and runs as text. Pure."""

import json
from collections.abc import Mapping
from typing import Any

import pydantic_core
from agents.tool import ToolOutputFileContent, ToolOutputImage, ToolOutputText

from tui.protocol.attachment_data import of_base64, of_url
from tui.protocol.attachment_words import described
from tui.protocol.events import Attachment

_PARTS = (ToolOutputText, ToolOutputImage, ToolOutputFileContent)
_PART_TYPES = frozenset(str(part.model_fields["type"].default) for part in _PARTS)


def shown_output(output: object) -> str:
    """A tool's output as it is shown: None and truth values as the model gets them."""
    if output is None or isinstance(output, bool):
        return str(output)
    parts = output if isinstance(output, list | tuple) else [output]
    if parts and all(_is_part(part) for part in parts):
        return "\n".join(map(_part_text, parts))
    return output if isinstance(output, str) else as_json(output)


def attachments_of(output: object) -> tuple[Attachment, ...]:
    """The pictures and files in a tool's output."""
    parts = output if isinstance(output, list | tuple) else [output]
    if not all(_is_part(part) for part in parts):
        return ()
    found = (_attachment(part) for part in parts)
    return tuple(one for one in found if one is not None)


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
    attachment = _attachment(part)
    if attachment is not None:
        return described(attachment)
    text = _field(part, "text")
    return text if isinstance(text, str) else as_json(part)


def _attachment(part: Any) -> Attachment | None:
    """The picture or file that a part is; None for a text, and for what is not valid."""
    image, data, url, file_id = (
        _field(part, name) for name in ("image_url", "file_data", "file_url", "file_id")
    )
    name = _field(part, "filename")
    name = name if isinstance(name, str) else ""
    if isinstance(image, str):
        return of_url(image, media_type="image", name=name)
    if isinstance(data, str):
        return of_url(data, name=name) if data.startswith("data:") else of_base64(data, name=name)
    if isinstance(url, str):
        return of_url(url, name=name)
    if isinstance(file_id, str):
        kind = "image" if _field(part, "type") == "image" else ""
        return Attachment(file_id=file_id, media_type=kind, name=name)
    return None


def _field(part: Any, name: str) -> object:
    return part.get(name) if isinstance(part, Mapping) else getattr(part, name, None)
