"""The names under which pictures and files are saved. Pure."""

import re
from typing import Final

from tui.protocol.events import Attachment

_ENDINGS: Final = {
    "application/json": "json",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "audio/mpeg": "mp3",
    "audio/x-wav": "wav",
    "image/jpeg": "jpg",
    "image/svg+xml": "svg",
    "text/plain": "txt",
}
_MOST_NAME: Final = 100
_UNSAFE: Final = re.compile(r"[^\w.()\[\] +,=@-]")


def file_name(one: Attachment, source: str, number: int) -> str:
    """A name for a file in one folder, from what the attachment or its ``source`` is called.

    Names come from models and tools: no part of one is a folder, hidden, or a control character.
    """
    named = _safe(re.split(r"[/\\]", one.name)[-1])
    stem = named or f"{_safe(source) or 'file'}-{number}"
    ending = _ending(one.media_type)
    has_ending = "." in stem.strip(".") and named
    return stem if has_ending or not ending else f"{stem}.{ending}"


def _ending(media_type: str) -> str:
    main, _, sub = media_type.partition("/")
    if media_type in _ENDINGS:
        return _ENDINGS[media_type]
    return sub if main in {"image", "audio", "video", "text"} and sub.isalnum() else ""


def _safe(name: str) -> str:
    safe = _UNSAFE.sub("_", name.strip()).strip(". ")[:_MOST_NAME]
    return safe if any(map(str.isalnum, safe)) else ""
