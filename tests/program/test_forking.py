"""Sessions that are forked, or opened in place of another, in the whole program."""

import os
import re
import signal
from pathlib import Path

from tests.program.conftest import AGENT, Launch
from tests.program.session_files import ask, quit_from, store
from tests.support.provider import Answer, Gate, Provide
from tests.support.terminal import Terminal, children_of

IDLE = re.compile(r"── idle\b")


def shows(terminal: Terminal, words: str, *gone: str) -> None:
    def shown(screen: list[str]) -> bool:
        text = "\n".join(screen)
        return words in text and not any(one in text for one in gone)

    terminal.wait_for(shown)


def test_a_fork_is_continued_on_its_own_and_the_other_session_stays_as_it_was(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(
        Answer("The first words."),
        Answer("The second words."),
        Answer("Something else."),
        Answer("The third words."),
        strict=True,
    )
    terminal = launch(AGENT, provider=provider)
    terminal.wait_for(IDLE)
    terminal.type("/fork\n")
    terminal.wait_for("not forked: the session is empty")
    ask(terminal, "Begin", "The first words.")
    ask(terminal, "Go on", "The second words.")
    terminal.type("/fork last\n")
    terminal.wait_for("Write the number of the last turn to keep")
    terminal.type("/fork 7\n")
    terminal.wait_for("has no turn 7")
    terminal.type("/fork 1\n")
    shows(terminal, "Forked from “Begin”", "The second words.")
    shows(terminal, "The first words.")
    ask(terminal, "Or else?", "Something else.")
    said = str(provider.requests[-1].items)
    assert "The first words." in said
    assert "second" not in said
    assert "Go on" not in said
    os.kill(terminal.pid, signal.SIGKILL)
    terminal.exit_code()

    fork, original = store(tmp_path).sessions()
    assert (fork.title, original.title) == ("Begin · fork", "Begin")
    again = launch(AGENT, "--continue", provider=provider)
    shows(again, "Something else.", "The second words.")
    again.wait_for("Forked from “Begin”")
    quit_from(again)
    other = launch(AGENT, "--session", original.id, provider=provider)
    shows(other, "The second words.", "Something else.", "Forked from")
    other.wait_for(IDLE)
    ask(other, "And then?", "The third words.")
    said = str(provider.requests[-1].items)
    assert "The second words." in said
    assert "Something else." not in said
    assert provider.problems == []
    quit_from(other)


def test_a_run_in_progress_is_cancelled_first_if_that_is_wanted(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    gate = Gate()
    provider = provide(
        Answer("The first words."), Answer(deltas=["Half ", "of it."], gates={1: gate}), strict=True
    )
    terminal = launch(AGENT, provider=provider)
    ask(terminal, "Begin", "The first words.")
    terminal.type("Go on\n")
    terminal.wait_for("Half")
    terminal.type("/fork\n")
    terminal.wait_for("A run is in progress. Cancel it and fork the session?")
    terminal.type("y")
    shows(terminal, "Forked from “Begin”")
    shows(terminal, "Half")
    gate.open()
    quit_from(terminal)
    fork, original = store(tmp_path).sessions()
    assert (fork.runs, original.runs) == (2, 2)


def test_a_session_that_was_opened_in_place_of_another_survives_its_worker_and_a_resume(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(
        Answer("The first words."),
        Answer("Here."),
        Answer("There."),
        Answer("And everywhere."),
        strict=True,
    )
    terminal = launch(AGENT, provider=provider)
    ask(terminal, "Begin", "The first words.")
    (session,) = store(tmp_path).sessions()
    terminal.press("ctrl+n")
    ask(terminal, "Elsewhere", "Here.")
    terminal.type(f"/session {session.id}\n")
    shows(terminal, "The first words.", "Here.")
    terminal.wait_for(IDLE)
    (worker,) = children_of(terminal.pid)
    os.kill(worker, signal.SIGKILL)
    terminal.wait_for("The agent's process ended")
    terminal.wait_for(IDLE)
    ask(terminal, "More", "There.")
    said = str(provider.requests[-1].items)
    assert "The first words." in said
    assert "Here." not in said
    quit_from(terminal)

    again = launch(AGENT, "--session", session.id, provider=provider)
    again.wait_for("There.")
    again.wait_for(IDLE)
    ask(again, "Still?", "And everywhere.")
    said = str(provider.requests[-1].items)
    assert all(words in said for words in ("The first words.", "There."))
    assert provider.problems == []
    quit_from(again)
