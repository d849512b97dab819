"""What can be attached to a message, and what it becomes."""

import base64

import pytest

from tests.support.pictures import png
from tui.protocol.attached_files import (
    MOST_ATTACHED,
    MOST_BYTES,
    AttachmentError,
    attached,
    checked_all,
    part_in_words,
    part_of,
    words_of,
)

PDF = b"%PDF-1.4\n..."


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_a_picture_becomes_an_input_image_whatever_it_is_called() -> None:
    address = attached("notes.txt", png(4, 2))
    assert part_of(address) == {
        "type": "input_image",
        "image_url": f"data:image/png;base64,{encoded(png(4, 2))}",
        "detail": "auto",
    }
    assert words_of(address).startswith("notes.txt: PNG image, 4\u00d72, ")


def test_a_pdf_becomes_an_input_file_with_its_name() -> None:
    address = attached("a report.pdf", PDF)
    assert part_of(address) == {
        "type": "input_file",
        "filename": "a report.pdf",
        "file_data": f"data:application/pdf;base64,{encoded(PDF)}",
    }
    assert part_in_words(part_of(address)) == f"a report.pdf: PDF, {len(PDF)} bytes"


@pytest.mark.parametrize("text", ["Xin chào 你好 👩‍👧\r\n", "<svg></svg>", "BM is no picture", ""])
def test_a_text_becomes_a_labelled_part_as_it_is(text: str) -> None:
    address = attached("src/x, y;z.py", text.encode())
    assert part_of(address) == {
        "type": "input_text",
        "text": f"Attached file: src/x, y;z.py\n\n{text}",
    }
    assert part_in_words(part_of(address)).startswith("src/x, y;z.py: text")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        (
            "a.bin",
            b"\x00\x01\xff",
            "a.bin is not a PNG, JPEG, GIF or WebP picture, a PDF, or text",
        ),
        ("a.png", png(4, 2)[:20], "a.png is cut short"),
        ("a.txt", b"x" * (MOST_BYTES["text"] + 1), "a.txt has 524 kB; a text may have 524 kB"),
        ("a.pdf", PDF + b"x" * MOST_BYTES["PDF"], "a.pdf has 21.0 MB; a PDF may have 21.0 MB"),
    ],
)
def test_what_cannot_be_attached_says_why(name: str, data: bytes, words: str) -> None:
    with pytest.raises(AttachmentError) as raised:
        attached(name, data)
    assert words.split(";", maxsplit=1)[0].rsplit(" ", 2)[0] in str(raised.value)


def test_there_are_not_too_many_and_each_is_what_it_says() -> None:
    one = attached("a.txt", b"a")
    assert checked_all([one] * MOST_ATTACHED) == (one,) * MOST_ATTACHED
    with pytest.raises(AttachmentError, match="at most 8"):
        checked_all([one] * (MOST_ATTACHED + 1))
    with pytest.raises(AttachmentError, match="is not a PNG"):
        checked_all([f"data:image/png;base64,{encoded(bytes(40))}"])
