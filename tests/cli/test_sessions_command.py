"""``streamtui sessions``: list, search, rename, export, delete, restore, prune."""

import os
from itertools import repeat
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from tui.cli.commands.sessions_command import sessions
from tui.journal import Journal, JournalStore, SessionLock
from tui.protocol.events import HistoryChanged, RunFinished, RunStarted, TextDelta


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A separate home, so that no file of the user is read or written."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "STREAMTUI_")):
            monkeypatch.delenv(name)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> JournalStore:
    path = tmp_path / "j.db"
    monkeypatch.setenv("STREAMTUI_JOURNAL_PATH", str(path))
    for name, changed in {"2026-old": 1000.0, "2027-new": 4e9}.items():
        journal = Journal(path, lambda _state: None, wall=repeat(changed).__next__)
        prompt = RunStarted(at=1, run="r", prompt=f"Hello {name}", entered_at=1, wall=changed)
        said = TextDelta(at=2, call="c", text="Hi.")
        journal.append(name, [prompt, said, RunFinished(at=3, run="r", outcome="ok")])
        assert journal.close()
    return JournalStore(path)


def invoke(*arguments: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(sessions, arguments, input=answer)


def ids(store: JournalStore) -> list[str]:
    return [info.id for info in store.sessions()]


def test_sessions_are_listed_newest_first(store: JournalStore) -> None:
    new, old = invoke("list").stdout.splitlines()
    assert new.split() == ["2027-new", "✓", "now", "Hello", "2027-new", "1", "Hi."]
    assert old.startswith("2026-old")


def test_a_session_is_exported_as_lines_and_as_a_document(
    store: JournalStore, tmp_path: Path
) -> None:
    document = invoke("export", "2026").stdout
    assert invoke("export", "2026", "--format", "md").stdout == document
    assert document == "# Hello 2026-old\n\n## You\n\nHello 2026-old\n\n## Agent\n\nHi.\n"
    result = invoke("export", "2026-old", "--format", "jsonl", "-o", str(tmp_path / "out.jsonl"))
    assert result.exit_code == 0
    lines = (tmp_path / "out.jsonl").read_bytes().splitlines()
    assert [msgspec.json.decode(line)["type"] for line in lines] == [
        "RunStarted",
        "TextDelta",
        "RunFinished",
    ]


def test_an_export_overwrites_a_file_as_a_whole_or_says_why_it_cannot(
    store: JournalStore, tmp_path: Path
) -> None:
    out = tmp_path / "out.md"
    out.write_text("an earlier export " * 100)
    assert invoke("export", "2026", "-o", str(out)).exit_code == 0
    assert out.read_text().endswith("Hi.\n")
    nowhere = invoke("export", "2026", "-o", str(tmp_path / "no" / "out.md"))
    assert nowhere.exit_code == 1
    assert "No such file or directory" in nowhere.output


def test_a_key_stored_in_pieces_is_masked_in_the_document(store: JournalStore) -> None:
    journal = Journal.open(store.path)
    key = ["sk-", "abcdefgh", "ijklmnop", "qrst"]
    deltas = [TextDelta(at=2, call="c", text=piece) for piece in key]
    journal.append("s", [RunStarted(at=1, prompt="p", entered_at=1, wall=1.0), *deltas])
    assert journal.close()
    document = invoke("export", "s").stdout
    assert "sk-•••" in document
    assert "efghijkl" not in document


def test_a_key_in_the_history_is_masked_in_the_json_lines(store: JournalStore) -> None:
    journal = Journal.open(store.path)
    said = msgspec.Raw(b'{"role":"user","content":[{"text":"use sk-abcdefghijklmnopqrst","n":1}]}')
    history = HistoryChanged(at=2, keep=0, items=(said,))
    journal.append("s", [RunStarted(at=1, prompt="p", entered_at=1, wall=1.0), history])
    assert journal.close()
    last = invoke("export", "s", "--format", "jsonl").stdout.splitlines()[-1]
    assert msgspec.json.decode(last)["items"] == [
        {"role": "user", "content": [{"text": "use sk-•••", "n": 1}]}
    ]


def test_a_deleted_session_can_be_brought_back(store: JournalStore) -> None:
    result = invoke("delete", "2026", "--yes")
    assert "Moved 1 to the trash" in result.stdout
    assert ids(store) == ["2027-new"]
    assert "`streamtui sessions restore 2026-old` brings it back." in result.stdout
    for command in ("export", "delete", "fork", "rename"):
        refused = invoke(command, "2026")
        assert refused.exit_code == 1
        assert "the session '2026-old' is deleted" in refused.output
        assert "`streamtui sessions restore 2026-old` brings it back" in refused.output
    assert "2026-old" in invoke("list", "--trash").stdout
    assert "Hello 2026-old" in invoke("restore", "2026").stdout
    assert ids(store) == ["2027-new", "2026-old"]
    assert invoke("list", "--trash").stdout == ""
    assert "is not in the trash" in invoke("restore", "2026").output


def test_several_deleted_sessions_are_named(store: JournalStore) -> None:
    both = invoke("delete", "2026", "2027").stdout
    assert "`streamtui sessions restore 2026-old 2027-new` brings them back." in both
    refused = invoke("export", "20").output
    assert "all sessions that start with '20' are deleted" in refused
    assert "there is no session '3'" in invoke("export", "3").output


def test_deleting_permanently_asks_first(store: JournalStore) -> None:
    assert invoke("delete", "2026", "--now", answer="n\n").exit_code == 1
    assert len(ids(store)) == 2
    assert invoke("delete", "2026", "--now", answer="y\n").exit_code == 0
    assert ids(store) == ["2027-new"]
    assert invoke("delete", "2027").exit_code == 0
    assert invoke("delete", "2027", "--now", "--yes").exit_code == 0
    assert invoke("list", "--trash").stdout == ""


def test_a_session_that_is_open_elsewhere_is_not_deleted(store: JournalStore) -> None:
    with SessionLock(store.path, "2026-old"):
        for options in ((), ("--now", "--yes")):
            result = invoke("delete", "2027", "2026", *options)
            assert result.exit_code == 1
            assert f"in use by pid {os.getpid()}" in result.output
    assert ids(store) == ["2027-new", "2026-old"]


def test_what_was_in_the_trash_long_enough_is_gone_from_every_file(
    store: JournalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert invoke("search", "Hello", "2026").exit_code == 0
    assert invoke("delete", "2026").exit_code == 0
    monkeypatch.setenv("STREAMTUI_JOURNAL_TRASH", "0")
    assert invoke("prune", "--older-than", "900y", "--yes").exit_code == 0
    assert invoke("list", "--trash").stdout == ""
    for file in store.path.parent.glob("j.db*"):
        assert file.is_dir() or b"2026-old" not in file.read_bytes(), file


def test_a_session_is_named_and_gets_its_first_message_back(store: JournalStore) -> None:
    changed = store.find("2026").changed
    assert invoke("rename", "2026", "About", "greetings").stdout.split("  ")[1] == (
        "About greetings\n"
    )
    assert store.find("2026").title == "About greetings"
    assert store.find("2026").changed == changed
    assert invoke("export", "2026").stdout.startswith("# About greetings\n")
    assert invoke("rename", "2026").exit_code == 0
    assert store.find("2026").title == "Hello 2026-old"


def test_the_list_is_filtered_sorted_and_written_as_json(store: JournalStore) -> None:
    assert [line[:8] for line in invoke("list", "--sort", "name").stdout.splitlines()] == [
        "2026-old",
        "2027-new",
    ]
    (row,) = msgspec.json.decode(invoke("list", "hello", "OLD", "--json").stdout)
    assert (row["id"], row["turns"], row["outcome"], row["last_words"]) == (
        "2026-old",
        1,
        "ok",
        "Hi.",
    )
    assert row["tokens"] is row["cost"] is None
    assert "No session matches." in invoke("list", "absent").stderr


def test_a_search_tells_the_session_the_turn_and_the_words(store: JournalStore) -> None:
    result = invoke("search", "HELL", "old")
    assert result.exit_code == 0
    first, second = result.stdout.splitlines()
    assert first.startswith("2026-old  turn 1")
    assert second == "  you: «Hell»o 2026-«old»"
    found = msgspec.json.decode(invoke("search", "hi", "--json", "--limit", "1").stdout)
    assert found["count"] == 2
    (hit,) = found["hits"]
    assert (hit["session"], hit["turn"], hit["kind"], hit["text"]) == (
        "2027-new",
        1,
        "answer",
        "Hi.",
    )
    assert hit["pieces"] == [{"text": "Hi", "marked": True}, {"text": ".", "marked": False}]
    nothing = invoke("search", "absent")
    assert (nothing.exit_code, nothing.stdout) == (1, "")


def test_pruning_deletes_sessions_that_were_not_used_recently(store: JournalStore) -> None:
    assert invoke("prune", "--older-than", "soon").exit_code == 2
    assert invoke("prune", "--older-than", "30d", "--yes").exit_code == 0
    assert ids(store) == ["2027-new"]
    assert "Nothing to delete." in invoke("prune", "--older-than", "30d").stdout


def test_an_ambiguous_id_and_a_damaged_journal_are_errors(store: JournalStore) -> None:
    assert "sessions start with '20'" in invoke("export", "20").output
    store.path.write_bytes(b"no database" * 1000)
    result = invoke("list")
    assert result.exit_code == 1
    assert "Error: the journal is damaged" in result.output


def test_a_session_is_forked_and_what_continues_it_is_said(store: JournalStore) -> None:
    result = invoke("fork", "2026", "--turns", "1")
    (new,) = set(ids(store)) - {"2026-old", "2027-new"}
    assert result.stdout == f"{new}  1 turn\n"
    assert result.stderr == f"streamtui AGENT --session {new} continues it.\n"
    assert invoke("export", new).stdout.startswith("# Hello 2026-old · fork\n")
    failed = invoke("fork", "2026-", "--turns", "2")
    assert failed.exit_code == 1
    assert "session 2026-old has no turn 2" in failed.stderr
    assert invoke("fork", "2026-", "--turns", "0").exit_code == 2


def test_a_journal_in_the_home_of_nobody_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMTUI_JOURNAL_PATH", "~nobody-of-this-name/j.db")
    result = invoke("list")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: journal.path = '~nobody-of-this-name/j.db': there is no home ~nobody-of-this-name\n"
    )
