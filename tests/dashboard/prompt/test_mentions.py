"""Files that a message names with "@"."""

import os
import time
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.dashboard.chat.test_prompt import Desk
from tests.dashboard.test_main_screen import desk, loaded
from tests.support.patience import PATIENCE
from tui.dashboard.prompt.mentions import message_of, typed_again
from tui.dashboard.prompt.path_search import PathSearch, best
from tui.dashboard.prompt.prompt_menu import PromptMenu
from tui.protocol.attached_files import AttachmentError, name_of, words_of
from tui.protocol.commands import StartRun


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.py").write_text("print()")
    (tmp_path / "my notes.md").write_text("notes")
    (tmp_path / "ghi chú.md").write_text("ghi")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("see @src/main.py please", ["src/main.py"]),
        ("(@src/main.py), and @src/main.py.", ["src/main.py"]),
        ('@"my notes.md" @"ghi chú.md"', ["my notes.md", "ghi chú.md"]),
        ("mail me@src/main.py or @nobody", []),
        ("only a folder: @src", []),
        ("@@src/main.py", []),
    ],
)
def test_files_that_are_there_are_attached(folder: Path, text: str, names: list[str]) -> None:
    message = message_of(text, folder)
    assert [words_of(one).partition(":")[0] for one in message.attached] == names
    assert message.text == text.replace("@@", "@")


def test_a_file_that_cannot_be_sent_is_an_error(folder: Path) -> None:
    (folder / "data.bin").write_bytes(b"\x00\xff")
    with pytest.raises(AttachmentError, match=r"data\.bin is not a PNG"):
        message_of("@data.bin", folder)


@pytest.mark.parametrize(
    ("edited", "names"),
    [
        ("see @src/main.py and @gone.txt.", ["src/main.py", "gone.txt"]),
        ('see @"my notes.md" @./gone.txt', ["my notes.md", "gone.txt"]),
        ("see @src/main.py", ["src/main.py"]),
        ("see @@gone.txt", []),
        ("write to bob@example.org", []),
        ("nothing", []),
    ],
)
def test_an_edited_message_has_the_files_that_it_still_names(
    folder: Path, edited: str, names: list[str]
) -> None:
    (folder / "gone.txt").write_text("as it was")
    before = message_of('@gone.txt @"my notes.md"', folder).attached
    (folder / "gone.txt").unlink()
    message = message_of(edited, folder, before)
    assert [name_of(one) for one in message.attached] == names
    kept = [one for one in message.attached if name_of(one) == "gone.txt"]
    assert kept == [before[0]] * len(kept)


def test_a_file_that_was_only_named_is_only_named_when_it_is_typed_again(folder: Path) -> None:
    message = message_of("@src/main.py like @@src/main.py", folder)
    assert message.attached
    only_named = message_of("like @@src/main.py", folder)
    again = typed_again(only_named.text, folder, only_named.attached)
    assert again == "like @@src/main.py"
    attached = message_of("see @src/main.py", folder)
    assert typed_again(attached.text, folder, attached.attached) == attached.text


def test_names_that_begin_so_are_first_and_letters_in_order_are_last() -> None:
    files = ["lib/xmaxixnx.py", "main/other.py", "src/domain.py", "src/main.py"]
    assert best("main", files, files) == [
        "src/main.py", "main/other.py", "src/domain.py", "lib/xmaxixnx.py",
    ]  # fmt: skip


def test_folders_outside_are_listed_as_they_are_written(folder: Path) -> None:
    search = PathSearch(folder / "src")
    assert search.find("../") == ["../ghi chú.md", "../my notes.md", "../src/"]
    assert search.find("../s") == ["../src/"]
    assert search.find(f"{folder}/src/m") == [f"{folder}/src/main.py"]


def test_what_git_ignores_is_not_offered(folder: Path) -> None:
    (folder / ".gitignore").write_text("*.md\n")
    os.system(f"git init -q '{folder}'")
    assert sorted(PathSearch(folder).find("")) == [".gitignore", "src/main.py"]


def test_a_file_whose_name_is_no_text_is_neither_offered_nor_attached(tmp_path: Path) -> None:
    (tmp_path / "café.txt").touch()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).touch()
    search = PathSearch(tmp_path)
    assert search.find("caf") == ["café.txt"]
    assert search.find("./caf") == ["./café.txt"]
    os.system(f"git init -q '{tmp_path}'")
    assert PathSearch(tmp_path).find("caf") == ["café.txt"]
    assert message_of("@caf\udce9.txt", tmp_path).attached == ()


async def test_in_a_folder_that_was_removed_messages_are_sent_and_other_folders_listed(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path_factory.mktemp("gone")
    monkeypatch.chdir(gone)
    gone.rmdir()
    async with desk() as it:
        await it.feed(*loaded())
        await it.press(*"@src", "enter")
        sent = it.sent[-1]
        assert isinstance(sent, StartRun)
        assert (sent.prompt, sent.images) == ("@src", ())
        await it.press(*f"@{folder}/src/")
        await it.until("main.py")


async def opened(app: Desk, pilot: Pilot[None]) -> None:
    """Wait for the menu of files, which a thread finds."""
    deadline = time.monotonic() + PATIENCE
    while not app.query(PromptMenu) or not app.query_one(PromptMenu).is_open:
        assert time.monotonic() < deadline, "the menu did not open"
        await pilot.pause(0.01)


async def test_typing_an_at_sign_offers_files_and_tab_takes_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press(*"see @main")
        await opened(app, pilot)
        await pilot.press("tab")
        assert app.prompt.text == "see @src/main.py "
        await pilot.press(*"@note")
        await opened(app, pilot)
        await pilot.press("down", "enter")
        assert app.prompt.text == 'see @src/main.py @"my notes.md" '
        assert app.submitted == []


async def test_enter_sends_although_files_are_offered(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press(*"hello @m")
        await opened(app, pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert app.submitted == ["hello @m"]


def test_the_best_of_many_files_are_those_of_a_full_sort() -> None:
    files = [f"folder{number % 70}/name_{number * 7919 % 5_000:04}.py" for number in range(5_000)]
    found = best("name_1", files, files)
    fitting = sorted(one for one in files if "/name_1" in one)
    assert set(found) <= set(fitting)
    assert len(found) == 50
    assert found == sorted(found, key=lambda one: (len(one), one))
