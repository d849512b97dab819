"""The messages of an AG-UI conversation, and their parts.

Field names are snake_case here and camelCase in JSON. An optional field that is None is left out.
"""

from typing import Any

import msgspec

Metadata = dict[str, Any]


class AguiStruct(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """The base of every AG-UI struct: fields that are not known are ignored when reading."""


class DataSource(AguiStruct, frozen=True, kw_only=True, tag_field="type", tag="data"):
    value: str
    """Base64."""
    mime_type: str


class UrlSource(AguiStruct, frozen=True, kw_only=True, tag_field="type", tag="url"):
    value: str
    mime_type: str | None = None


class FileSource(AguiStruct, frozen=True, kw_only=True, tag_field="type", tag="file"):
    """A file that a provider keeps; ``value`` is the provider's id of it."""

    value: str
    provider: str | None = None
    mime_type: str | None = None


PartSource = DataSource | UrlSource | FileSource


class TextPart(AguiStruct, frozen=True, kw_only=True, tag_field="type", tag="text"):
    text: str
    id: str | None = None
    metadata: Any = None


class _MediaPart(AguiStruct, frozen=True, kw_only=True):
    source: PartSource
    id: str | None = None
    metadata: Any = None


class ImagePart(_MediaPart, frozen=True, kw_only=True, tag_field="type", tag="image"):
    pass


class AudioPart(_MediaPart, frozen=True, kw_only=True, tag_field="type", tag="audio"):
    pass


class VideoPart(_MediaPart, frozen=True, kw_only=True, tag_field="type", tag="video"):
    pass


class DocumentPart(_MediaPart, frozen=True, kw_only=True, tag_field="type", tag="document"):
    pass


class BinaryPart(AguiStruct, frozen=True, kw_only=True, tag_field="type", tag="binary"):
    """What clients before 1.0 send instead of the media parts. Read, and never written."""

    mime_type: str
    id: str | None = None
    url: str | None = None
    data: str | None = None
    """Base64."""
    filename: str | None = None


MediaPart = ImagePart | AudioPart | VideoPart | DocumentPart
ContentPart = TextPart | MediaPart | BinaryPart
Content = str | tuple[ContentPart, ...]


class FunctionCall(AguiStruct, frozen=True, kw_only=True):
    name: str
    arguments: str
    """JSON, as the model wrote it."""


class ToolCall(AguiStruct, frozen=True, kw_only=True, tag_field="type", tag="function"):
    id: str
    function: FunctionCall
    encrypted_value: str | None = None
    metadata: Metadata | None = None


class _Message(AguiStruct, frozen=True, kw_only=True, tag_field="role"):
    id: str
    subagent_run_id: str | None = None
    encrypted_value: str | None = None
    metadata: Metadata | None = None


class DeveloperMessage(_Message, frozen=True, kw_only=True, tag="developer"):
    content: str
    name: str | None = None


class SystemMessage(_Message, frozen=True, kw_only=True, tag="system"):
    content: str
    name: str | None = None


class UserMessage(_Message, frozen=True, kw_only=True, tag="user"):
    content: Content
    name: str | None = None


class AssistantMessage(_Message, frozen=True, kw_only=True, tag="assistant"):
    content: str | None = None
    tool_calls: tuple[ToolCall, ...] | None = None
    name: str | None = None


class ToolMessage(_Message, frozen=True, kw_only=True, tag="tool"):
    content: Content
    tool_call_id: str
    error: str | None = None


class ReasoningMessage(_Message, frozen=True, kw_only=True, tag="reasoning"):
    content: str


class ActivityMessage(AguiStruct, frozen=True, kw_only=True, tag_field="role", tag="activity"):
    id: str
    activity_type: str
    content: dict[str, Any]
    subagent_run_id: str | None = None
    metadata: Metadata | None = None


Message = (
    DeveloperMessage | SystemMessage | UserMessage | AssistantMessage | ToolMessage
    | ReasoningMessage | ActivityMessage
)  # fmt: skip
