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
def test_what_may_name_an_agent_passes(folder: Path, text: str) -> None:
    check_reference(text, folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("other.py:agent", "there is no file other.py"),
        ("absent:agent", "there is no module 'absent'"),
        ("mine.py:", "ends with a colon"),
        ("mine.py:not-a-name", "'not-a-name' is no attribute's name"),
        ("package/module", "is no Python file"),
        ("a-b:agent", "cannot name an agent"),
        ("", "cannot name an agent"),
        (":agent", "cannot name an agent"),
    ],
)
def test_what_cannot_name_one_is_told_apart(folder: Path, text: str, message: str) -> None:
    with pytest.raises(AgentReferenceError) as caught:
        check_reference(text, folder)
    assert message in str(caught.value)


def test_a_factory_needs_its_attribute(folder: Path) -> None:
    check_reference("mine.py:context", folder, attribute_needed=True)
    with pytest.raises(AgentReferenceError, match="names no attribute"):
        check_reference("mine.py", folder, attribute_needed=True)


def test_nothing_of_the_module_is_run(folder: Path) -> None:
    (folder / "loud.py").write_text("raise SystemExit('was run')")
    check_reference("loud:agent", folder)
    check_reference("loud.py:agent", folder)
