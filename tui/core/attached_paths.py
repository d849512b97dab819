"""Files on this machine, read to be attached to a message."""

from pathlib import Path

from tui.protocol.attached_files import MOST_BYTES, AttachmentError, attached
from tui.protocol.attachment_words import size_in_words


def address_of(path: Path, name: str) -> str:
    """The address of a file (`attached_files.py`). Raise `AttachmentError`."""
    try:
        size = path.stat().st_size
        if size > max(MOST_BYTES.values()):
            raise AttachmentError(f"{name} has {size_in_words(size)}: too large", too_large=True)
        data = path.read_bytes()
    except OSError as error:
        raise AttachmentError(f"{name}: {error.strerror or error}") from error
    return attached(name, data)
