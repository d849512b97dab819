"""Reads a table of `docs/sdk/`: what it lists, where that is shown, and which tests prove it."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| `([^`]+)` \|(.*)\|(.*)\|$")
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


class Row(NamedTuple):
    section: str
    name: str
    words: str
    """Where it is shown, or what becomes of it."""
    tests: str

    def __str__(self) -> str:
        return f"{self.section}: {self.name}"


class Table:
    """A document with a table in each of its sections."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.text = (ROOT / "docs" / "sdk" / name).read_text()
        self.rows: list[Row] = []
        section = ""
        for line in self.text.splitlines():
            if line.startswith("## "):
                section = line.removeprefix("## ")
            elif match := _ROW.match(line):
                self.rows.append(Row(section, *(cell.strip() for cell in match.groups())))

    @property
    def sections(self) -> set[str]:
        return {row.section for row in self.rows}

    def check_names(self, section: str, installed: set[str], *, to_do: str) -> None:
        """A section lists what is installed, each name once, and nothing else."""
        listed = [row.name for row in self.rows if row.section == section]
        assert installed, f"nothing was found for {section!r}: mend how this test reads it"
        assert len(listed) == len(set(listed)), f"{section}: a name is listed twice"
        new, gone = installed - set(listed), set(listed) - installed
        assert not new, f"{section}: {sorted(new)} is new. {to_do} Then add its row to {self.name}."
        assert not gone, (
            f"{section}: {sorted(gone)} is no longer installed. Remove the row from {self.name}, "
            "and the code that nothing else needs."
        )


def check_tests(row: Row) -> None:
    """A row says something, and every test that it names exists."""
    assert row.words, f"{row}: say what becomes of it"
    assert _TEST.search(row.tests), f"{row}: name the test that proves it, with its path"
    check_tests_exist(row.tests)


def check_tests_exist(text: str) -> None:
    """Every test that a text names exists."""
    for path, function in _TEST.findall(text):
        assert (ROOT / path).is_file(), f"there is no {path}"
        defined = re.findall(r"^(?:async )?def (test_\w+)", (ROOT / path).read_text(), re.MULTILINE)
        assert not function or function in defined, f"{path} has no {function}"
