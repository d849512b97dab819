"""Retries that are undone, in the whole program."""

import os
import re
import signal
from pathlib import Path

from tests.program.conftest import AGENT, Launch
from tests.program.session_files import ask, quit_from, store
from tests.support.provider import Answer, Gate, Provide
from tests.support.terminal import Terminal, children_of
from tui.journal.markdown_export import markdown


def shows_only(terminal: Terminal, words: str, gone: str) -> None:
    terminal.wait_for(lambda screen: words in "\n".join(screen) and gone not in "\n".join(screen))


def test_an_undone_retry_stays_so_in_the_next_request_an_export_a_resume_and_another_worker(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    gate = Gate()
    provider = provide(
        Answer("The first words."),
        Answer("The second words."),
        Answer(deltas=["The third ", "words."], gates={1: gate}),
        Answer("You are welcome."),
        strict=True,
    )
    first = launch(AGENT, provider=provider)
    ask(first, "Say words", "The first words.")
    first.press("ctrl+r")
    shows_only(first, "The second words.", "The first words.")
    first.wait_for(re.compile(r"── idle\b"))
    first.press("f9")
    shows_only(first, "The first words.", "The second words.")
    first.press("ctrl+r")
    first.wait_for("The third")
    # It still runs: it is cancelled, and what it had said is put aside.
    first.press("f9")
    shows_only(first, "The first words.", "The third")
    gate.open()
    quit_from(first)

    (session,) = store(tmp_path).sessions()
    stored = [event for batch in store(tmp_path).load(session.id) for event in batch]
    exported = markdown("words", stored)
    assert "The first words." in exported
    assert "The second words." not in exported
    assert "The third" not in exported

    second = launch(AGENT, "--continue", provider=provider)
    shows_only(second, "The first words.", "The second words.")
    second.wait_for(re.compile(r"── idle\b"))
    second.press("f9")
    shows_only(second, "The second words.", "The first words.")
    (worker,) = children_of(second.pid)
    os.kill(worker, signal.SIGKILL)
    second.wait_for("The agent's process ended")
    second.wait_for(re.compile(r"── idle\b"))
    second.type("/undo-retry\n")
    shows_only(second, "The third", "The second words.")
    second.press("f9")
    shows_only(second, "The first words.", "The third")
    ask(second, "Thanks", "You are welcome.")
    said = str(provider.requests[-1].items)
    for words, there in (("Say words", True), ("first", True), ("second", False), ("third", False)):
        assert (words in said) is there, words
    assert provider.problems == []
    second.press("f9")
    second.wait_for("A message was sent after the retry")
    quit_from(second)
