"""Which editor is started."""

import tempfile

import pytest
from textual.app import App

from tui.dashboard.prompt.text_editor import EditorError, edited, editor_command


def which(name: str) -> str | None:
    return f"/bin/{name}" if name in {"ed", "vim", "vi"} else None


def test_visual_is_before_editor_and_may_have_options() -> None:
    assert editor_command({"VISUAL": "vim -n", "EDITOR": "ed"}, which) == ["vim", "-n"]
    assert editor_command({"VISUAL": " ", "EDITOR": "ed"}, which) == ["ed"]


def test_a_usual_one_is_looked_for_if_none_is_named() -> None:
    assert editor_command({}, which) == ["/bin/vi"]


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"EDITOR": "nowhere"}, "EDITOR names nowhere, which is not installed"),
        ({"EDITOR": "ed 'x"}, "EDITOR cannot be read"),
    ],
)
def test_an_editor_that_cannot_be_started_is_an_error(
    environment: dict[str, str], words: str
) -> None:
    with pytest.raises(EditorError, match=words):
        editor_command(environment, which)


def test_without_any_editor_the_error_says_what_to_set() -> None:
    with pytest.raises(EditorError, match="set VISUAL or EDITOR"):
        editor_command({}, lambda _: None)


async def test_without_a_folder_for_temporary_files_the_error_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VISUAL", "true")
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    with pytest.raises(EditorError, match="set TMPDIR"):
        await edited(App[None](), "text")
