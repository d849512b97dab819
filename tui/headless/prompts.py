"""Reads the prompts to run, from an argument, standard input, or a file."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec


class PromptsError(ValueError):
    """The file is no list of prompts; the message says which line, and what is expected."""


class Prompt(msgspec.Struct, frozen=True):
    """``id`` names it in reports: its own, or the number of the line where it begins."""

    id: str
    text: str
    attached: tuple[str, ...] = ()
    """Addresses of files (`attached_files.py`)."""


def prompts_in(path: Path) -> list[Prompt]:
    """The prompts of a file, by its suffix: ``.jsonl``, ``.csv``, or one a line.

    Raise `PromptsError`, or `OSError`.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise PromptsError(f"{path} is not UTF-8 text") from error
    read = {".jsonl": _json_lines, ".ndjson": _json_lines, ".csv": _csv_rows}
    prompts = list(read.get(path.suffix.lower(), _text_lines)(text, path))
    if not prompts:
        raise PromptsError(f"{path} has no prompts")
    return prompts


def _text_lines(text: str, _: Path) -> Iterator[Prompt]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield Prompt(str(number), line.strip())


def _json_lines(text: str, path: Path) -> Iterator[Prompt]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise PromptsError(f"{path}, line {number} is not JSON: {error}") from error
        given = {"prompt": value} if isinstance(value, str) else value
        prompt = given.get("prompt") if isinstance(given, dict) else None
        if not isinstance(prompt, str) or not prompt.strip():
            raise PromptsError(
                f'{path}, line {number}: write a string, or an object with "prompt" and, if you '
                'like, "id"'
            )
        yield Prompt(str(given.get("id", number)), prompt)


def _csv_rows(text: str, path: Path) -> Iterator[Prompt]:
    rows = csv.reader(io.StringIO(text))
    try:
        names = next(rows, [])
        if "prompt" not in names:
            raise PromptsError(
                f'{path}: the first row must name a column "prompt" ("id" is optional)'
            )
        begins = rows.line_num + 1
        for cells in rows:
            if cells:
                row = dict(zip(names, cells, strict=False))
                prompt = row.get("prompt", "").strip()
                if not prompt:
                    raise PromptsError(f'{path}, line {begins}: the column "prompt" is empty')
                yield Prompt(row.get("id") or str(begins), prompt)
            begins = rows.line_num + 1
    except csv.Error as error:
        raise PromptsError(f"{path}, line {rows.line_num} is not CSV: {error}") from error
