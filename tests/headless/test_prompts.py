"""Files of prompts."""

from pathlib import Path

import pytest

from tui.headless.prompts import Prompt, PromptsError, prompts_in


def read(folder: Path, name: str, text: str | bytes) -> list[Prompt]:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return prompts_in(path)


def test_one_a_line(tmp_path: Path) -> None:
    found = read(tmp_path, "a.txt", "\ufeffone\n\n  hai ba \r\n")
    assert found == [Prompt("1", "one"), Prompt("3", "hai ba")]


def test_json_lines(tmp_path: Path) -> None:
    text = '"one"\n\n{"id": 7, "prompt": "two\\nlines"}\n'
    assert read(tmp_path, "a.jsonl", text) == [Prompt("1", "one"), Prompt("7", "two\nlines")]


def test_csv(tmp_path: Path) -> None:
    text = 'id,prompt,more\nx,"one, and\nmore",1\n\n,"two\nlines",2\n,three\n'
    assert read(tmp_path, "a.csv", text) == [
        Prompt("x", "one, and\nmore"), Prompt("5", "two\nlines"), Prompt("7", "three"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.txt", "\n \n", "has no prompts"),
        ("a.txt", b"\xff\xfe", "is not UTF-8"),
        ("a.jsonl", '"one"\n{"prompt"', "line 2 is not JSON"),
        ("a.jsonl", '{"question": "why"}', "line 1: write a string"),
        ("a.jsonl", '{"prompt": " "}', "line 1: write a string"),
        ("a.csv", 'prompt,id\n"one\ntwo",a\n ,b\n', 'line 4: the column "prompt" is empty'),
        ("a.csv", "id,prompt\na\n", 'line 2: the column "prompt" is empty'),
        ("a.csv", f"prompt\n{'x' * 140_000}\n", "line 2 is not CSV"),
        ("a.csv", "question\nwhy\n", 'must name a column "prompt"'),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, name: str, text: str | bytes, words: str) -> None:
    with pytest.raises(PromptsError, match=words):
        read(tmp_path, name, text)
