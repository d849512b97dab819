"""`docs/sdk/options.md` against the installed SDK: nothing is missing or too much."""

import inspect
import re
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import NamedTuple

import agents
import pytest
from agents import (
    Agent,
    AgentHooks,
    ModelRetrySettings,
    ModelSettings,
    RunConfig,
    RunErrorHandlers,
    RunHooks,
    Runner,
)

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "sdk" / "options.md"
APART = {"extensions", "voice", "realtime"}
"""Parts of the SDK that are not the core of it."""
_ROW = re.compile(r"^\| `([^`]+)` \|(.*)\|(.*)\|$")
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_VARIABLE = re.compile(r"""["'](OPENAI_[A-Z_]+)["']""")


class Row(NamedTuple):
    section: str
    option: str
    use: str
    tests: str


@cache
def rows() -> tuple[Row, ...]:
    found, section = [], ""
    for line in TABLE.read_text().splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        elif match := _ROW.match(line):
            found.append(Row(section, *(cell.strip() for cell in match.groups())))
    return tuple(found)


def names_of(owner: type) -> set[str]:
    return {field.name for field in fields(owner)}


def methods_of(owner: object) -> set[str]:
    found = (name for name, _ in inspect.getmembers(owner, inspect.isfunction))
    return {name for name in found if name.startswith("on_")}


def variables() -> set[str]:
    package = Path(agents.__file__).parent
    files = (file for file in package.rglob("*.py") if not APART & set(file.parts))
    return {name for file in files for name in _VARIABLE.findall(file.read_text())}


INSTALLED = {
    "Arguments of Runner.run_streamed": lambda: set(
        inspect.signature(Runner.run_streamed).parameters
    ),
    "Fields of RunConfig": lambda: names_of(RunConfig),
    "Fields of ModelSettings": lambda: names_of(ModelSettings),
    "Fields of ModelRetrySettings": lambda: names_of(ModelRetrySettings),
    "Fields of Agent": lambda: names_of(Agent),
    "Methods of RunHooks": lambda: methods_of(RunHooks),
    "Methods of AgentHooks": lambda: methods_of(AgentHooks),
    "Keys of RunErrorHandlers": lambda: set(RunErrorHandlers.__annotations__),
    "Environment variables": variables,
}


@pytest.mark.parametrize("section", INSTALLED)
def test_the_table_has_what_the_installed_sdk_has(section: str) -> None:
    installed = INSTALLED[section]()
    listed = [row.option for row in rows() if row.section == section]
    assert installed, f"nothing was found for {section!r}: mend how this test reads it"
    assert len(listed) == len(set(listed)), f"{section}: an option stands there twice"
    new, gone = installed - set(listed), set(listed) - installed
    assert not new, (
        f"{section}: {sorted(new)} is new in the installed SDK. Honour it, or say where ours wins, "
        f"test that, and add its row to {TABLE.name}."
    )
    assert not gone, (
        f"{section}: the installed SDK has no {sorted(gone)} any more. Remove the row from "
        f"{TABLE.name}, and the code that used it."
    )


def test_every_section_of_the_table_is_compared() -> None:
    assert {row.section for row in rows()} == set(INSTALLED)


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.section}: {row.option}")
def test_every_row_says_what_becomes_of_it_and_names_a_test_that_exists(row: Row) -> None:
    assert row.use, f"{row.option}: say what streamtui does with it"
    named = _TEST.findall(row.tests)
    assert named, f"{row.option}: name the test that proves it, as `tests/…/test_….py::test_…`"
    for path, function in named:
        assert (ROOT / path).is_file(), f"{row.option}: there is no {path}"
        defined = re.findall(r"^(?:async )?def (test_\w+)", (ROOT / path).read_text(), re.MULTILINE)
        assert function in defined, f"{row.option}: {path} has no {function}"
