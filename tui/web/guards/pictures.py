"""Pictures that users send: only of kinds that models read, and not too large.

The data decides what it is, not what is said of it.
"""

import base64
from collections.abc import Sequence
from typing import Final

from tui.protocol.attachment_data import of_url
from tui.web.request_refusals import RefusedError

KINDS: Final = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
MOST_PICTURES: Final = 8
MOST_BYTES: Final = 5 * 1024 * 1024
"""Of each."""
MOST_PIXELS: Final = 50_000_000
"""A small file may be a huge picture."""


def checked_pictures(addresses: Sequence[str]) -> tuple[str, ...]:
    """``data:`` addresses that hold what they say. Raise `RefusedError` for anything else."""
    if len(addresses) > MOST_PICTURES:
        raise RefusedError("TOO_LARGE", f"at most {MOST_PICTURES} pictures in a message")
    return tuple(map(_checked, addresses, range(1, len(addresses) + 1)))


def _checked(address: str, number: int) -> str:
    if not address.startswith("data:"):
        raise RefusedError(
            "BAD_REQUEST", f"picture {number} is not a data: address; others are not fetched"
        )
    if len(address) > MOST_BYTES * 2:
        raise _too_large(number)
    picture = of_url(address)
    if picture.media_type not in KINDS:
        raise RefusedError("BAD_REQUEST", f"picture {number} is not a PNG, JPEG, GIF or WebP")
    if not picture.width or not picture.height:
        raise RefusedError("BAD_REQUEST", f"picture {number} is cut short")
    if len(picture.data) > MOST_BYTES or picture.width * picture.height > MOST_PIXELS:
        raise _too_large(number)
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"


def _too_large(number: int) -> RefusedError:
    return RefusedError(
        "TOO_LARGE",
        f"picture {number} is larger than {MOST_BYTES // 1024**2} MB or "
        f"{MOST_PIXELS // 1_000_000} megapixels",
    )
