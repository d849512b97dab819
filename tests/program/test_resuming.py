"""Sessions that are resumed, listed, exported and refused, in the whole program."""

import os
import re
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.program.conftest import AGENT, Launch
from tests.program.session_files import ask, contains, exported, quit_from, refusal, store, stored
from tests.support.patience import wait_until
from tests.support.provider import Answer, Gate, Provide, ToolCall, Usage
from tui.journal import JournalStore, SessionLock
from tui.protocol.events import RunFinished, RunStarted

NO_THRESHOLDS: dict[str, str | None] = {
    "STREAMTUI_THRESHOLDS_TTFT": "1000",
    "STREAMTUI_THRESHOLDS_TOKENS_PER_SECOND": "0",
    "STREAMTUI_THRESHOLDS_ERROR_RATE": "1",
}
"""Thresholds that a slow machine does not cross, so that no notice covers the figures."""


def figures_of(screen: list[str]) -> list[str]:
    """The lines of the performance pane about the last turn and the session."""
    shown = [line for line in screen if re.search(r"TTFT|tok in|attempts|errors|turn \d+ of", line)]
    return [re.sub(r"^.*││", "", line) for line in shown]


def test_a_resumed_session_has_its_transcript_figures_and_history(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(
        Answer(
            "Let me roll.",
            reasoning=["think"],
            tool_calls=[ToolCall("roll_dice", {"sides": 20}, id="call_0")],
        ),
        Answer("You rolled **seventeen**."),
        Answer(tool_calls=[ToolCall("roll_dice", {"sides": 6}, id="call_0")]),
        Answer("And now three."),
        strict=True,
    )
    first = launch(AGENT, "--max-turns", "7", provider=provider, rows=60, env=NO_THRESHOLDS)
    ask(first, "Roll for me", "You rolled seventeen.")
    first.wait_for(re.compile(r"turn 1 of 1"))
    # The heading shows "idle" one frame before the pane shows the last figures.
    first.type("settled")
    before = first.wait_for("settled")
    first.press("ctrl+c")
    quit_from(first)
    id_ = store(tmp_path).sessions()[0].id
    assert f"Continue this session: streamtui {AGENT} --max-turns 7 --session {id_}" in first.text

    second = launch(AGENT, "--continue", provider=provider, rows=60, env=NO_THRESHOLDS)
    second.wait_for("You rolled seventeen.")
    second.wait_for(re.compile(r"── idle\b"))
    after = second.wait_for(re.compile(r"turn 1 of 1"))
    assert any("Let me roll." in line for line in after)
    assert any(re.search(r"✓ roll_dice sides=20 → 17", line) for line in after)
    assert figures_of(after) == figures_of(before)
    second.press("up")
    second.wait_for(lambda screen: any("Roll for me" in line for line in screen[-6:]))
    second.press("ctrl+c")

    ask(second, "Once more", "And now three.")
    second.wait_for(re.compile(r"✓ roll_dice sides=6 → 3"))
    assert "✓ roll_dice sides=20 → 17" in second.text
    quit_from(second)
    assert provider.problems == []
    sent = [str(item) for item in provider.requests[2].items]
    assert any("You rolled **seventeen**." in text for text in sent)
    (session,) = store(tmp_path).sessions()
    events = [event for batch in store(tmp_path).load(session.id) for event in batch]
    assert [event.run for event in events if isinstance(event, RunStarted)] == ["r1", "r2"]
    assert session.runs == 2


def test_a_killed_dashboard_leaves_a_partial_answer_that_is_continued(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    words = [f"word{number} " for number in range(20)]
    provider = provide(
        Answer(deltas=words, gates={12: Gate()}),
        Answer("and that was all."),
        strict=True,
    )
    first = launch(AGENT, provider=provider)
    first.type("count\n")
    first.wait_for("word11")
    path = next(tmp_path.rglob("journal.db"))
    wait_until(lambda: contains(path, "word11"), "word11 is stored")
    first.kill(signal.SIGKILL)
    first.exit_code()

    (info,) = JournalStore(path).sessions()
    assert "word11 \n\n> Cut off: the dashboard ended here." in exported(path, info.id)
    second = launch(AGENT, "--session", info.id[:15], provider=provider)
    second.wait_for("the dashboard ended here · Ctrl+R resumes")
    assert "word11" in second.text
    assert "interrupted: the dashboard ended here" in second.text
    second.wait_for("── Hostile ──")
    second.wait_for(re.compile(r"── cut off *$", re.MULTILINE))
    second.type("/history\n")
    second.wait_for(re.compile(r"1 +[\d:]+ +cut off +— +count"))
    second.press("escape")
    assert "the dashboard ended here" not in exported(path, info.id), (
        "it is open in another dashboard"
    )
    # While the session is still being opened, the key has no effect.
    second.press_until("ctrl+r", lambda _: len(provider.requests) > 1)
    second.wait_for("and that was all.")
    second.wait_for(re.compile(r"── idle\b"))
    assert provider.problems == []
    sent = [str(item) for item in provider.requests[1].items]
    assert sum("word11" in text for text in sent) == 1
    assert sum("count" in text for text in sent) == 1
    quit_from(second)
    # The end that the killed dashboard did not write is shown again.
    third = launch(AGENT, "--continue", provider=provider)
    third.wait_for("and that was all.")
    assert "interrupted: the dashboard ended here" in third.text
    cut = "> Cut off: the dashboard ended here.\n\n## Hostile\n\nand that was all."
    assert cut in exported(path, info.id)


def test_an_option_that_matches_no_single_session_is_refused_at_the_start(tmp_path: Path) -> None:
    assert "start without --continue" in refusal(tmp_path, AGENT, "--continue")
    assert "there is no session 'x'" in refusal(tmp_path, AGENT, "--session", "x")
    assert "not both" in refusal(tmp_path, "--continue", "--session", "x")
    assert "without a journal" in refusal(tmp_path, "--no-journal", "--continue")
    for session in ("2026-a", "2026-b"):
        stored(tmp_path, session, "hi", "hello")
    assert "2 sessions start with '2026'" in refusal(tmp_path, AGENT, "--session", "2026")
    # Another agent, and the same agent in another folder, have separate sessions.
    assert "start without --continue" in refusal(tmp_path, "--continue")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert "start without" in refusal(tmp_path, AGENT, "--continue", folder=elsewhere)


def test_a_session_in_use_is_refused_with_its_owners_pid(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    journal = stored(tmp_path, "2026-mine", "hi", "mine alone")
    before = journal.path.read_bytes()
    provider = provide(Answer("another one"))
    with SessionLock(journal.path, "2026-mine"):
        assert f"in use by pid {os.getpid()}" in refusal(tmp_path, AGENT, "--session", "2026")
        assert journal.path.read_bytes() == before
        terminal = launch(AGENT, provider=provider)
        terminal.press("ctrl+o")
        terminal.wait_for(re.compile(r"now +hi +Hostile"))
        terminal.press("enter")
        terminal.wait_for(f"in use by pid {os.getpid()}")
        ask(terminal, "and you", "another one")
    terminal.press("ctrl+o")
    terminal.wait_for(re.compile(r"now +hi +Hostile"))
    terminal.type("hi")
    terminal.wait_for("1 session, by last use")
    terminal.press("enter")
    terminal.wait_for("mine alone")
    quit_from(terminal)
    assert {info.title: info.runs for info in journal.sessions()} == {"hi": 1, "and you": 1}


def test_sessions_are_created_listed_filtered_and_opened(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(
        Answer("first answer", usage=Usage(input=11, output=7)),
        Answer("second answer"),
        Answer("third answer"),
        strict=True,
    )
    terminal = launch(AGENT, provider=provider)
    ask(terminal, "about apples", "first answer")
    terminal.press("ctrl+n")
    terminal.wait_for(lambda screen: not any("first answer" in line for line in screen))
    ask(terminal, "about pears", "second answer")
    assert len(provider.requests[1].items) == 1
    terminal.press("ctrl+o")
    terminal.wait_for("2 sessions, by last use")
    assert re.search(r"▶ +now +about pears", terminal.text)
    terminal.type("APPLES")
    terminal.wait_for("1 session, by last use")
    terminal.press("enter")
    terminal.wait_for("first answer")
    assert "second answer" not in terminal.text
    terminal.wait_for(re.compile(r"tok in +11\b"))
    ask(terminal, "more apples", "third answer")
    sent = [str(item) for item in provider.requests[2].items]
    assert any("first answer" in text for text in sent)
    assert not any("pears" in text for text in sent)
    quit_from(terminal)
    assert provider.problems == []
    runs = {session.title: session.runs for session in store(tmp_path).sessions()}
    assert runs == {"about apples": 2, "about pears": 1}


def test_a_new_session_cancels_the_current_run_after_a_question(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(
        Answer(deltas=["once ", "upon "], gates={1: Gate()}), Answer("a new one"), strict=True
    )
    terminal = launch(AGENT, provider=provider)
    terminal.type("a tale\n")
    terminal.wait_for("once")
    terminal.press("ctrl+n")
    terminal.wait_for("A run is in progress")
    terminal.press("n")
    terminal.wait_for(lambda screen: not any("in progress" in line for line in screen))
    assert "once" in terminal.text
    terminal.press("ctrl+n")
    terminal.wait_for("A run is in progress")
    terminal.press("y")
    terminal.wait_for(lambda screen: not any("once" in line for line in screen))
    ask(terminal, "something else", "a new one")
    quit_from(terminal)
    assert provider.problems == []
    ends = {
        info.title: [
            event.outcome
            for batch in store(tmp_path).load(info.id)
            for event in batch
            if isinstance(event, RunFinished)
        ]
        for info in store(tmp_path).sessions()
    }
    assert ends == {"a tale": ["cancelled"], "something else": ["ok"]}


def test_events_that_cannot_be_read_are_counted_on_the_screen(
    launch: Launch, tmp_path: Path
) -> None:
    journal = stored(tmp_path, "2026", "hi", "the answer")
    with closing(sqlite3.connect(journal.path)) as connection, connection:
        connection.execute(
            "UPDATE events SET body = ? WHERE kind IN ('AgentChanged', 'ModelCallStarted')",
            (b"\xff{",),
        )
    terminal = launch(AGENT, "--continue")
    terminal.wait_for("2 events could not be read")
    assert "the answer" in terminal.text


def test_a_session_is_exported_and_no_file_is_overwritten_without_a_question(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(Answer("The key is ", deltas=["The key is sk-te", "st-0123456789 indeed."]))
    terminal = launch(AGENT, provider=provider, cols=250)
    terminal.type("/export\n")
    terminal.wait_for("nothing to export")
    ask(terminal, "which key", "indeed.")
    target = tmp_path / "told.md"
    terminal.type(f"/export {target}\n")
    terminal.wait_for("exported to")
    document = target.read_text()
    assert "## You\n\nwhich key" in document
    assert "The key is •••" in document
    target.write_text("precious")
    terminal.type(f"/export md {target}\n")
    terminal.wait_for("Overwrite it?")
    terminal.press("n")
    terminal.wait_for(lambda screen: not any("Overwrite" in line for line in screen))
    assert target.read_text() == "precious"
    terminal.type(f"/export md {target}\n")
    terminal.wait_for("Overwrite it?")
    terminal.press("y")
    terminal.wait_for(lambda _: target.read_text() == document)
    terminal.type("/export pdf\n")
    terminal.wait_for("pdf: the formats are html, md and jsonl")
    page = tmp_path / "talk.html"
    terminal.type(f"/export {page}\n")
    wait_until(page.exists, "the page is written")
    assert page.read_bytes().startswith(b"<!")
    terminal.type("/export jsonl\n")
    (info,) = store(tmp_path).sessions()
    terminal.wait_for(f"streamtui-{info.id}.jsonl")
    lines = (tmp_path / f"streamtui-{info.id}.jsonl").read_text().splitlines()
    assert len(lines) >= info.events
    terminal.type(f"/export md {tmp_path}/no/such/folder.md\n")
    terminal.wait_for("No such file or directory")


def test_session_and_agent_commands_show_their_details(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(Answer("hello"))
    terminal = launch(AGENT, provider=provider)
    ask(terminal, "hi", "hello")
    (info,) = store(tmp_path).sessions()
    terminal.type("/session\n")
    terminal.wait_for(f"Later: streamtui --session {info.id}")
    assert re.search(r"size +\d", terminal.text)
    terminal.press("escape")
    terminal.wait_for(lambda screen: not any("Later:" in line for line in screen))
    terminal.type("/agent\n")
    terminal.wait_for("Roll a die.")
    terminal.press("escape")
    terminal.wait_for(lambda screen: not any("Roll a die." in line for line in screen))
    terminal.type("/session list\n")
    terminal.wait_for("type to filter")


def test_a_damaged_journal_is_not_changed_and_a_new_file_is_offered(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    path = tmp_path / ".local" / "share" / "streamtui" / "journal.db"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database " * 1000)
    before = path.read_bytes()
    assert "damaged" in refusal(tmp_path, AGENT, "--continue")
    terminal = launch(AGENT, provider=provide(Answer("kept elsewhere")))
    terminal.type("where to\n")
    terminal.wait_for("Keep this session in a new file")
    terminal.press("y")
    terminal.wait_for("kept elsewhere")
    terminal.wait_for(re.compile(r"── idle\b"))
    quit_from(terminal)
    assert path.read_bytes() == before
    (info,) = JournalStore(path.with_name("journal-2.db")).sessions()
    assert info.title == "where to"


def test_a_newer_journal_is_not_changed(launch: Launch, provide: Provide, tmp_path: Path) -> None:
    path = stored(tmp_path, "2026", "hi", "hello").path
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    assert "newer streamtui" in refusal(tmp_path, AGENT, "--continue")
    terminal = launch(AGENT, provider=provide(Answer("said all the same")))
    terminal.type("where to\n")
    terminal.wait_for("newer streamtui")
    terminal.press("n")
    terminal.wait_for("said all the same")
    terminal.wait_for(re.compile(r"── idle\b"))
    quit_from(terminal)
    assert path.read_bytes() == before
