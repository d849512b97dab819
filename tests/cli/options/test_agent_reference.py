from pathlib import Path

import pytest

from tui.cli.options.agent_reference import AgentReferenceError, check_reference


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").touch()
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "tools.py").touch()
    (tmp_path / "my-agent.py").touch()
    (tmp_path / "with space.py").touch()
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
        "package",
        "with space.py:agent",
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
        ("mine.py::agent", "has too many colons: write mine.py:agent"),
        ("mine.py:build()", "'build()' is not a valid attribute name: write mine.py:build;"),
        ("mime.py:agent", "there is no file mime.py; did you mean mine.py?"),
        ("package/tool.py", "there is no file package/tool.py; did you mean package/tools.py?"),
        ("gone/mine.py", "there is no file gone/mine.py: there is no folder gone"),
        ("package/tools:agent", "has no ending: write package/tools.py:agent"),
        ("./package:agent", "is a folder, not a file; it has tools.py"),
        ("my-agent:agent", "'my-agent' is not a valid module name: write my-agent.py:agent"),
        ("notes.ipynb", "is a notebook, which cannot be imported"),
        ("a/notes.ipynb:agent", "jupyter nbconvert --to script a/notes.ipynb`, then name a/notes."),
        ("package\\tools.py:agent", "did you mean package/tools.py?"),
        ("C:\\work\\mine.py", "there is no file C:\\work\\mine.py; write its path with /"),
        ("C:\\work\\mine.py:agent", "write its path with / and not with \\"),
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
