"""The content of a message: its text, and the pictures and files in it. Pure."""

import base64
import binascii
from typing import Any

import msgspec

from tui.protocol.agui.agui_messages import (
    BinaryPart,
    Content,
    ContentPart,
    DataSource,
    FileSource,
    TextPart,
    UrlSource,
)
from tui.protocol.events import Attachment


def text_and_files(content: Content) -> tuple[str, tuple[Attachment, ...]]:
    if isinstance(content, str):
        return content, ()
    texts = [part.text for part in content if isinstance(part, TextPart)]
    files = tuple(_attachment(part) for part in content if not isinstance(part, TextPart))
    return "\n".join(texts), files


def plain(value: Any) -> Any:
    """Structs of the protocol as JSON has them."""
    return msgspec.to_builtins(value)


def content_of(value: object) -> Content:
    """The content of a message that was read as plain JSON; its JSON if it is of another form."""
    if isinstance(value, str):
        return value
    try:
        return msgspec.convert(value, Content)  # type: ignore[no-any-return]
    except msgspec.ValidationError:
        return "" if value is None else msgspec.json.encode(value).decode()


def _attachment(part: ContentPart) -> Attachment:
    if isinstance(part, BinaryPart):
        return Attachment(
            media_type=part.mime_type,
            data=_bytes(part.data or ""),
            url=part.url or "",
            file_id=part.id or "",
            name=part.filename or "",
        )
    if isinstance(part, TextPart):
        return Attachment()
    source, media = part.source, part.source.mime_type or ""
    match source:
        case DataSource(value=value):
            return Attachment(media_type=media, data=_bytes(value))
        case UrlSource(value=value):
            return Attachment(media_type=media, url=value)
        case FileSource(value=value):
            return Attachment(media_type=media, file_id=value)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""
