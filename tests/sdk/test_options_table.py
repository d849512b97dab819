"""`docs/sdk/options.md` against the installed SDK: nothing is missing or too much."""

import inspect
import re
from dataclasses import fields
from pathlib import Path

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

from tests.sdk.table import Row, Table, check_tests

TABLE = Table("options.md")
APART = {"extensions", "voice", "realtime"}
"""Parts of the SDK that are not the core of it."""
_VARIABLE = re.compile(r"""["'](OPENAI_[A-Z_]+)["']""")


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
    to_do = "Honour it, or say where ours wins, and test that."
    TABLE.check_names(section, INSTALLED[section](), to_do=to_do)


def test_every_section_of_the_table_is_compared() -> None:
    assert TABLE.sections == set(INSTALLED)


@pytest.mark.parametrize("row", TABLE.rows, ids=str)
def test_every_row_says_what_becomes_of_it_and_names_a_test_that_exists(row: Row) -> None:
    check_tests(row)
