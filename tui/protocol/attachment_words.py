"""A picture or a file on one line: the worker and the dashboard call it the same. Pure."""

from typing import Final

from tui.protocol.events import Attachment

_KINDS: Final = {
    "application/json": "JSON",
    "application/pdf": "PDF",
    "application/zip": "ZIP",
    "audio/mpeg": "MP3 audio",
    "image/svg+xml": "SVG image",
    "text/csv": "CSV",
    "text/plain": "text",
}


def described(one: Attachment) -> str:
    """On one line: ``map.png: PNG image, 1024x768, 1.2 MB`` with a multiplication sign."""
    facts = (
        ("preview of a " if one.partial else "") + _kind(one),
        f"{one.width}\u00d7{one.height}" if one.width and one.height else "",
        size_in_words(len(one.data)) if one.data else "",
        one.url,
        f"kept by the provider as {one.file_id}" if one.file_id else "",
    )
    name = f"{one.name}: " if one.name else ""
    return name + ", ".join(filter(None, facts))


def size_in_words(size: int) -> str:
    """Bytes in the unit that suits them."""
    value = float(size)
    for unit in ("bytes", "kB", "MB"):
        if value < 999.5:
            return (
                f"{value:.0f} {unit}" if unit == "bytes" or value >= 9.95 else f"{value:.1f} {unit}"
            )
        value /= 1000
    return f"{value:.1f} GB"


def _kind(one: Attachment) -> str:
    main, _, sub = one.media_type.partition("/")
    if one.media_type in _KINDS:
        return _KINDS[one.media_type]
    if main in {"image", "audio", "video"} and sub:
        return f"{sub.removeprefix('x-').upper()} {main}"
    return one.media_type or "file"
