"""What users attach to messages: pictures, PDFs and text files, checked, and as parts of a message.

Each travels as a ``data:`` address, with its name: ``data:application/pdf;name=a.pdf;base64,...``.
The data decides what it is, not what is said of it. Pure.
"""

import base64
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from msgspec.structs import replace

from tui.protocol.attachment_data import of_bytes, of_url
from tui.protocol.attachment_words import described, size_in_words
from tui.protocol.events.attachment import Attachment

PICTURES: Final = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
PDF: Final = "application/pdf"
TEXT: Final = "text/plain"

MOST_ATTACHED: Final = 8
"""In a message."""
MOST_BYTES: Final = {"picture": 5 * 1024 * 1024, "PDF": 20 * 1024 * 1024, "text": 512 * 1024}
"""Of each."""
MOST_IN_ALL: Final = 30 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000
"""A small file may be a huge picture."""

FILE_LABEL: Final = "Attached file: "
"""How a part with the text of a file begins; its name, an empty line and the text follow."""


class AttachmentError(ValueError):
    """It cannot be attached; the message says why. ``too_large``: for its size alone."""

    def __init__(self, message: str, *, too_large: bool = False) -> None:
        super().__init__(message)
        self.too_large = too_large


def attached(name: str, data: bytes) -> str:
    """The address of a file's data. Raise `AttachmentError`."""
    found = of_bytes(data, name=name)
    if found.media_type not in {*PICTURES, PDF}:
        found = replace(found, media_type=TEXT, width=None, height=None)
    return _address(_checked(found, name))


def checked(address: str, what: str) -> str:
    """The address, if it holds what it says. Raise `AttachmentError`, which names it ``what``."""
    if not address.startswith("data:"):
        raise AttachmentError(f"{what} is not a data: address; others are not fetched")
    if len(address) > 2 * max(MOST_BYTES.values()):
        raise AttachmentError(f"{what} is too large", too_large=True)
    return _address(_checked(_read(address), what))


def checked_all(addresses: Sequence[str]) -> tuple[str, ...]:
    """All that is attached to a message. Raise `AttachmentError`."""
    if len(addresses) > MOST_ATTACHED:
        raise AttachmentError(f"at most {MOST_ATTACHED} files in a message", too_large=True)
    if sum(map(len, addresses)) > MOST_IN_ALL * 4 // 3:
        size = size_in_words(MOST_IN_ALL)
        raise AttachmentError(f"the files are larger than {size} together", too_large=True)
    return tuple(
        checked(address, of_url(address).name or f"file {number}")
        for number, address in enumerate(addresses, 1)
    )


def name_of(address: str) -> str:
    """The file's name, "" if it has none; nothing else of it is read."""
    return of_url(address[: address.find(",") + 1]).name


def words_of(address: str) -> str:
    """On one line: name, kind, size."""
    return described(_read(address))


def part_of(address: str) -> dict[str, object]:
    """The part of a message's content, for both APIs."""
    found = _read(address)
    data = base64.b64encode(found.data).decode()
    if found.media_type == TEXT:
        text = found.data.decode("utf-8", "replace").removeprefix("\ufeff")
        return {"type": "input_text", "text": f"{FILE_LABEL}{found.name}\n\n{text}"}
    if found.media_type == PDF:
        name = found.name or "file.pdf"
        return {"type": "input_file", "filename": name, "file_data": f"data:{PDF};base64,{data}"}
    url = f"data:{found.media_type};base64,{data}" if found.data else address
    return {"type": "input_image", "image_url": url, "detail": "auto"}


def part_in_words(part: object) -> str:
    """What a part of a message's content is, on one line; "" for what the user has typed."""
    found = of_part(part)
    return described(found) if found is not None else ""


def of_part(part: object) -> Attachment | None:
    """The picture or file that a part of a message's content is; None for what was typed."""
    match part:
        case {"type": "input_image", "image_url": str(address)}:
            return _read(address) if address.startswith("data:") else of_url(address)
        case {"type": "input_file", "file_data": str(address), **rest}:
            return replace(of_url(address), name=str(rest.get("filename") or ""))
        case {"type": "input_text", "text": str(text)} if text.startswith(FILE_LABEL):
            name, _, body = text.removeprefix(FILE_LABEL).partition("\n\n")
            return Attachment(name=name, media_type=TEXT, data=body.encode())
        case _:
            return None


def _read(address: str) -> Attachment:
    found = of_url(address)
    if not address.startswith("data:"):
        return found
    said = address.removeprefix("data:").partition(",")[0].partition(";")[0]
    if said == TEXT:  # which may begin like anything
        return replace(found, media_type=TEXT, width=None, height=None)
    return of_bytes(found.data, name=found.name)


def _checked(found: Attachment, what: str) -> Attachment:
    if found.media_type in PICTURES:
        kind = "picture"
        if not found.width or not found.height:
            raise AttachmentError(f"{what} is cut short: no size can be read from it")
    elif found.media_type == PDF:
        kind = "PDF"
    elif found.media_type == TEXT and _is_text(found.data):
        kind = "text"
    else:
        raise AttachmentError(
            f"{what} is not a PNG, JPEG, GIF or WebP picture, a PDF, or text in UTF-8"
        )
    most = MOST_BYTES[kind]
    if len(found.data) > most:
        size, limit = size_in_words(len(found.data)), size_in_words(most)
        raise AttachmentError(f"{what} has {size}; a {kind} may have {limit}", too_large=True)
    if found.width and found.height and found.width * found.height > MOST_PIXELS:
        limit = f"{MOST_PIXELS // 1_000_000} megapixels"
        raise AttachmentError(f"{what} is larger than {limit}", too_large=True)
    return found


def _is_text(data: bytes) -> bool:
    try:
        return "\x00" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _address(found: Attachment) -> str:
    name = f";name={quote(found.name, safe='')}" if found.name else ""
    return f"data:{found.media_type}{name};base64,{base64.b64encode(found.data).decode()}"
