"""A picture or a file that a tool call made."""

import msgspec


class Attachment(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """It has ``data`` or, if it is kept elsewhere, a ``url`` or a ``file_id``."""

    media_type: str = ""
    """``image/png``, ``application/pdf`` …, read from the data where they say it; "": not known."""
    data: bytes = b""
    """In JSON this is base64."""
    url: str = ""
    file_id: str = ""
    """The provider's id of a file that it keeps."""
    name: str = ""
    width: int | None = None
    """Pixels, of pictures whose size is known."""
    height: int | None = None
    partial: bool = False
    """A preview of a picture that was not finished."""
