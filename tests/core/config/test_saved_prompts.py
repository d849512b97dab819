"""Prompts in files: which are offered, and what is sent."""

from pathlib import Path

import pytest

from tui.core.config.saved_prompts import (
    LARGEST,
    SavedPrompt,
    SavedPromptError,
    saved_prompts,
    saved_text,
)


@pytest.mark.parametrize(
    ("text", "argument", "sent"),
    [
        ("Review $ARGUMENTS now", "a b", "Review a b now"),
        ("From $1 to $2, $3.", "Rome  Oslo", "From Rome to Oslo, ."),
        ("Review this", "", "Review this"),
        ("Review this", "a.py", "Review this\n\na.py"),
        ("It costs $100", "", "It costs $100"),
        ("/help is a word here", "", "/help is a word here"),
    ],
)
def test_the_argument_stands_where_the_text_says_or_after_it(
    tmp_path: Path, text: str, argument: str, sent: str
) -> None:
    (tmp_path / "one.md").write_text(text + "\n")
    assert saved_text(tmp_path, "ONE", argument) == sent


def test_prompts_are_listed_by_name_with_their_first_line(tmp_path: Path) -> None:
    (tmp_path / "Review.md").write_text("# Review a file\n\nRead it.")
    (tmp_path / "broken.md").write_bytes(b"\xff")
    (tmp_path / "notes.txt").write_text("no prompt")
    (tmp_path / "two words.md").write_text("cannot be typed")
    assert saved_prompts(tmp_path) == [
        SavedPrompt("review", "Review a file"),
        SavedPrompt("broken", ""),
    ]
    assert saved_prompts(tmp_path / "missing") == []
    assert saved_text(tmp_path / "missing", "review", "") is None
    assert saved_text(tmp_path, "notes", "") is None


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"\xff", "not UTF-8"), (b"  \n", "empty"), (b"x" * (LARGEST + 1), "256 KiB")],
)
def test_a_file_that_cannot_be_used_is_named_with_the_reason(
    tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "one.md").write_bytes(content)
    with pytest.raises(SavedPromptError, match=words):
        saved_text(tmp_path, "one", "")
