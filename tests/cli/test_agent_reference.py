from pathlib import Path

import pytest

from tui.cli.agent_reference import AgentReferenceError, check_reference


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").touch()
    (tmp_path / "package").mkdir()
    (tmp_path / "odd:name").mkdir()
    (tmp_path / "odd:name" / "agent.py").touch()
    return tmp_path


@pytest.mark.parametrize(
    "text",
    [
        "mine.py",
        "mine.py:agent",
        "./mine.py:team.lead",
        "mine",
        "mine:agent",
        "package.module:agent",
        "odd:name/agent.py",
        "odd:name/agent.py:agent",
        "json:agent",
    ],
)
def test_a_valid_reference_passes(folder: Path, text: str) -> None:
    check_reference(text, folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("other.py:agent", "there is no file other.py"),
        ("absent:agent", "there is no module 'absent'"),
        ("mine.py:", "ends with a colon"),
        ("mine.py:not-a-name", "'not-a-name' is not a valid attribute name"),
        ("package/module", "is not a Python file"),
        ("a-b:agent", "'a-b' is not a valid module name"),
        ("", "'' is not a valid module name"),
        (":agent", "'' is not a valid module name"),
    ],
)
def test_an_invalid_reference_is_explained(folder: Path, text: str, message: str) -> None:
    with pytest.raises(AgentReferenceError) as caught:
        check_reference(text, folder)
    assert message in str(caught.value)


def test_the_attribute_can_be_required(folder: Path) -> None:
    check_reference("mine.py:context", folder, attribute_needed=True)
    with pytest.raises(AgentReferenceError, match="has no attribute"):
        check_reference("mine.py", folder, attribute_needed=True)


def test_the_module_is_not_executed(folder: Path) -> None:
    (folder / "loud.py").write_text("raise SystemExit('was run')")
    check_reference("loud:agent", folder)
    check_reference("loud.py:agent", folder)
