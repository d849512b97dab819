"""Names to save pictures and files under, and what they are called on one line."""

import pytest

from tui.core.attachments import file_name
from tui.protocol.attachment_words import described, size_in_words
from tui.protocol.events import Attachment


@pytest.mark.parametrize(
    ("name", "media_type", "saved"),
    [
        ("map.png", "image/png", "map.png"),
        ("map", "image/png", "map.png"),
        ("", "image/jpeg", "paint-2.jpg"),
        ("", "", "paint-2"),
        ("../../etc/passwd", "", "passwd"),
        ("C:\\Users\\me\\a.pdf", "application/pdf", "a.pdf"),
        (".bashrc", "text/plain", "bashrc.txt"),
        ("..", "image/gif", "paint-2.gif"),
        ("a\x1b[31m\n\u202e.png", "image/png", "a_[31m__.png"),
        ("Huế tides.csv", "text/csv", "Huế tides.csv"),
        ("x" * 300, "image/png", "x" * 100 + ".png"),
    ],
)
def test_a_name_stays_in_its_folder(name: str, media_type: str, saved: str) -> None:
    assert file_name(Attachment(name=name, media_type=media_type), "paint", 2) == saved


def test_a_tool_whose_name_is_no_file_name_has_one_anyway() -> None:
    assert file_name(Attachment(), "../", 1) == "file-1"


def test_each_fact_that_is_known_is_named() -> None:
    picture = Attachment(media_type="image/png", data=bytes(1_234_567), width=1024, height=768)
    assert described(picture) == "PNG image, 1024\u00d7768, 1.2 MB"
    preview = Attachment(media_type="image/webp", data=b"abc", name="a.webp", partial=True)
    assert described(preview) == "a.webp: preview of a WEBP image, 3 bytes"
    assert described(Attachment(url="https://a.b/c")) == "file, https://a.b/c"
    assert described(Attachment(file_id="f1")) == "file, kept by the provider as f1"


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (999_499, "999 kB"),
     (999_600, "1.0 MB"), (12_300_000, "12 MB"), (2_000_000_000, "2.0 GB")],
)  # fmt: skip
def test_sizes_have_the_unit_that_suits_them(size: int, words: str) -> None:
    assert size_in_words(size) == words
