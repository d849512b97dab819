"""Reading what a picture or file is from its data."""

import struct

import pytest

from tests.worker.hosted_items import base64_of, png
from tui.protocol.attachment_data import of_base64, of_bytes, of_url
from tui.protocol.events import Attachment

JPEG = (
    b"\xff\xd8" + b"\xff\xe0" + struct.pack(">H", 4) + b"xx"
    + b"\xff\xc2" + struct.pack(">HBHH", 11, 8, 30, 40) + bytes(4)
)  # fmt: skip
GIF = b"GIF89a" + struct.pack("<HH", 5, 6)
BMP = b"BM" + bytes(16) + struct.pack("<ii", 7, -8)
LOSSY = b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + struct.pack("<HH", 9, 10)
LOSSLESS = b"RIFF\0\0\0\0WEBPVP8L" + bytes(4) + b"\x2f" + struct.pack("<I", 10 | (11 << 14))
EXTENDED = b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + struct.pack("<HBHB", 299, 0, 199, 0)


@pytest.mark.parametrize(
    ("data", "media_type", "size"),
    [
        (png(3, 4), "image/png", (3, 4)),
        (JPEG, "image/jpeg", (40, 30)),
        (GIF, "image/gif", (5, 6)),
        (BMP, "image/bmp", (7, 8)),
        (LOSSY, "image/webp", (9, 10)),
        (LOSSLESS, "image/webp", (11, 12)),
        (EXTENDED, "image/webp", (300, 200)),
        (b" <svg></svg>", "image/svg+xml", (None, None)),
        (b"%PDF-1.7", "application/pdf", (None, None)),
        (b"\x89PNG\r\n\x1a\n", "image/png", (None, None)),
        (b"\xff\xd8\xff\xe0" + bytes(64), "image/jpeg", (None, None)),
        (b"RIFF\0\0\0\0WEBP", "image/webp", (None, None)),
        (b"", "image/odd", (None, None)),
        (b"plain", "image/odd", (None, None)),
    ],
)
def test_the_data_says_what_it_is(
    data: bytes, media_type: str, size: tuple[int | None, int | None]
) -> None:
    one = of_bytes(data, media_type="image/odd")
    assert (one.media_type, (one.width, one.height), one.data) == (media_type, size, data)


def test_a_data_url_holds_the_data_and_another_one_is_kept() -> None:
    picture = png(2, 2)
    assert of_url(f"data:image/jpeg;base64,{base64_of(picture)}").data == picture
    assert of_url("data:text/plain,a%20b").data == b"a b"
    assert of_url("https://a.test/b", media_type="image") == Attachment(
        url="https://a.test/b", media_type="image"
    )


def test_what_is_not_base64_says_so() -> None:
    assert of_base64("a").media_type == "not base64"
