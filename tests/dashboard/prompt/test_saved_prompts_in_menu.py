"""A prompt from a file is a command: it is offered, and its text is sent."""

from pathlib import Path

import pytest

from tests.dashboard.test_main_screen import desk, loaded
from tui.protocol.commands import StartRun


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "streamtui" / "prompts"
    folder.mkdir(parents=True)
    (folder / "review.md").write_text("Review $1 for mistakes.")
    (folder / "help.md").write_text("hidden by the command")
    return folder


@pytest.mark.usefixtures("folder")
async def test_the_menu_offers_it_and_its_text_is_sent() -> None:
    async with desk() as one:
        await one.feed(*loaded())
        await one.press(*"/rev")
        assert one.shows(r"/review \[words\] +Review \$1 for mistakes\.")
        await one.press("tab", *"a.py", "enter")
        (start,) = [command for command in one.sent if isinstance(command, StartRun)]
        assert start.prompt == "Review a.py for mistakes."


@pytest.mark.usefixtures("folder")
async def test_a_command_of_the_program_hides_a_file_of_its_name() -> None:
    async with desk() as one:
        await one.feed(*loaded())
        await one.press(*"/hel")
        assert not one.shows("hidden by")
        await one.press("p", "enter")
        assert not [command for command in one.sent if isinstance(command, StartRun)]


async def test_an_unusable_file_sends_nothing_and_says_why(folder: Path) -> None:
    (folder / "empty.md").write_text("")
    async with desk() as one:
        await one.feed(*loaded())
        await one.press(*"/empty x", "enter")
        assert not [command for command in one.sent if isinstance(command, StartRun)]
        assert one.shows(r"Not sent: .*empty\.md is empty")
        assert one.app.main.prompt.text == "/empty x"
