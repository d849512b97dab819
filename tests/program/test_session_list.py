"""The list of sessions in the whole program: names, search, trash, and exports that are read."""

import re
import subprocess
import sys
from pathlib import Path

from tests.program.conftest import AGENT, Launch
from tests.program.session_files import ask, quit_from, store, stored
from tests.support.patience import wait_until
from tests.support.provider import Answer, Provide
from tui.journal import JournalStore, SessionLock

OLD, NEW = "20260101-100000-aaaa", "20260102-100000-bbbb"


def command(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """``streamtui sessions`` as a program of its own."""
    return subprocess.run(
        [sys.executable, "-m", "tui", "sessions", *arguments],
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=200,
        cwd=home,
        check=False,
    )


def names(journal: JournalStore) -> dict[str, str]:
    return {info.id: info.title for info in journal.sessions()}


def test_a_session_is_found_opened_named_deleted_and_brought_back(
    launch: Launch, tmp_path: Path
) -> None:
    stored(tmp_path, OLD, "Đường nào đẹp?", "The zebra road.")
    journal = stored(tmp_path, NEW, "about apples", "They are red.")
    terminal = launch(AGENT)
    terminal.wait_for("Hostile")
    terminal.press("ctrl+o")
    terminal.wait_for("2 sessions, by last use")
    terminal.type("/duong dep")
    terminal.wait_for(re.compile(r"1 passage, in \d+ ms"))
    terminal.press("enter")
    terminal.wait_for("The zebra road.")
    terminal.wait_for(re.compile(r"── idle\b"))

    terminal.press("ctrl+o")
    screen = terminal.wait_for("2 sessions, by last use")
    assert any("▶" in line and "Đường nào đẹp?" in line for line in screen)
    terminal.type("apples")
    terminal.wait_for("1 session, by last use")
    terminal.press("f2")
    terminal.wait_for("The session's name.")
    terminal.type("Fruit\n")
    wait_until(lambda: names(journal)[NEW] == "Fruit", "it is renamed")
    terminal.press(*["backspace"] * len("apples"))
    terminal.wait_for("2 sessions, by last use")
    terminal.type("Fruit")
    terminal.wait_for("1 session, by last use")
    terminal.press("delete")
    terminal.wait_for("Deleted: Fruit. Ctrl+_ brings it back.")
    assert list(names(journal)) == [OLD]
    terminal.type("\x1f")  # Ctrl+_
    terminal.wait_for("Restored.")
    assert set(names(journal)) == {OLD, NEW}
    terminal.press("escape")
    quit_from(terminal)


def test_keys_typed_in_a_burst_are_meant_for_what_is_typed(launch: Launch, tmp_path: Path) -> None:
    stored(tmp_path, OLD, "about pears", "They are green.")
    stored(tmp_path, NEW, "about apples", "They are red.")
    terminal = launch(AGENT)
    terminal.wait_for("Hostile")
    terminal.press("ctrl+o")
    terminal.wait_for("2 sessions, by last use")
    terminal.type("pears\n")
    terminal.wait_for("They are green.")
    terminal.wait_for(re.compile(r"── idle\b"))
    terminal.press("ctrl+o")
    terminal.wait_for("2 sessions, by last use")
    terminal.type("/red\n")
    terminal.wait_for("They are red.")
    quit_from(terminal)


def test_the_list_gives_way_in_a_small_terminal(launch: Launch, tmp_path: Path) -> None:
    stored(tmp_path, OLD, "about pears", "They are green.")
    terminal = launch(AGENT, rows=20, cols=60)
    terminal.press("ctrl+o")
    screen = terminal.wait_for("1 session, by last use")
    assert any("about pears" in line for line in screen)
    assert any(re.search(r"used\s+name\s.*turns", line) for line in screen)
    assert not any("last words" in line for line in screen)
    terminal.press("escape")
    quit_from(terminal)


def test_a_turn_is_found_by_the_command_as_soon_as_it_has_ended(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(Answer("The albatross flies."), strict=True)
    terminal = launch(AGENT, provider=provider)
    ask(terminal, "name a bird", "The albatross flies.")
    wait_until(
        lambda: "«albatross»" in command(tmp_path, "search", "albatross").stdout, "it is found"
    )
    (info,) = store(tmp_path).sessions()
    listed = command(tmp_path, "list")
    assert listed.stdout.split()[:2] == [info.id, "●"]
    assert "The albatross flies." in listed.stdout
    refused = command(tmp_path, "delete", info.id, "--yes")
    assert refused.returncode == 1
    assert "is in use by pid" in refused.stderr
    quit_from(terminal)
    page = command(tmp_path, "export", info.id, "--format", "html").stdout
    assert page.startswith("<!DOCTYPE html>")
    assert "The albatross flies." in page


def test_a_session_is_opened_at_a_turn(launch: Launch, provide: Provide, tmp_path: Path) -> None:
    long = "\n\n".join(f"line {number}" for number in range(60))
    provider = provide(Answer(f"{long}\n\nfirst"), Answer(f"{long}\n\nsecond"), strict=True)
    terminal = launch(AGENT, provider=provider)
    ask(terminal, "the first question", "first")
    ask(terminal, "the other question", "second")
    quit_from(terminal)
    (info,) = store(tmp_path).sessions()
    again = launch(AGENT, "--session", f"{info.id}#1", provider=provider)
    again.wait_for("the first question")
    assert "second" not in "".join(again.wait_for(re.compile(r"── idle\b"))[:20])
    quit_from(again)
    wrong = launch(AGENT, "--session", f"{info.id}#x", provider=provider, ready="after #")
    assert wrong.exit_code() == 2


def test_deleting_and_restoring_by_the_command(tmp_path: Path) -> None:
    journal = stored(tmp_path, OLD, "about pears", "They are green.")
    with SessionLock(journal.path, OLD):
        assert command(tmp_path, "delete", "2026").returncode == 1
    assert command(tmp_path, "delete", "2026").returncode == 0
    assert names(journal) == {}
    assert command(tmp_path, "search", "pears").returncode == 1
    assert command(tmp_path, "restore", "2026").returncode == 0
    assert names(journal) == {OLD: "about pears"}
    found = command(tmp_path, "search", "pears")
    assert (found.returncode, "«pears»" in found.stdout) == (0, True)
    assert "Examples:" in command(tmp_path, "--help").stdout
