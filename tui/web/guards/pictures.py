"""Pictures that users of the web service send."""

from collections.abc import Sequence

from tui.protocol.attached_files import (
    MOST_ATTACHED,
    PICTURES,
    AttachmentError,
    checked,
)
from tui.protocol.attachment_data import of_url
from tui.web.request_refusals import RefusedError


def checked_pictures(addresses: Sequence[str]) -> tuple[str, ...]:
    """``data:`` addresses that hold what they say. Raise `RefusedError` for anything else."""
    if len(addresses) > MOST_ATTACHED:
        raise RefusedError("TOO_LARGE", f"at most {MOST_ATTACHED} pictures in a message")
    return tuple(map(_checked, addresses, range(1, len(addresses) + 1)))


def _checked(address: str, number: int) -> str:
    what = f"picture {number}"
    try:
        right = checked(address, what)
    except AttachmentError as error:
        raise RefusedError("TOO_LARGE" if error.too_large else "BAD_REQUEST", str(error)) from error
    if of_url(right).media_type not in PICTURES:
        raise RefusedError("BAD_REQUEST", f"{what} is not a PNG, JPEG, GIF or WebP")
    return right
