"""Messages that wait for the end of a run, in the whole program."""

import os
import re
import signal
from pathlib import Path

from tests.program.conftest import AGENT, Launch
from tests.support.provider import Answer, Gate, Provide, ToolCall
from tests.support.terminal import children_of


def test_a_steered_run_keeps_what_was_said_and_done_and_the_message_follows_at_once(
    launch: Launch, provide: Provide
) -> None:
    gate = Gate()
    provider = provide(
        Answer(
            deltas=["Let me ", "roll."],
            tool_calls=[ToolCall("roll_dice", {"sides": 20})],
            gates={1: gate},
        ),
        Answer("Turning left."),
        Answer("And later."),
        strict=True,
    )
    terminal = launch(AGENT, provider=provider)
    terminal.type("go right\n")
    terminal.wait_for("Let me")
    terminal.type("later\n")
    terminal.wait_for("queued: later")
    terminal.type("no, left")
    terminal.press("ctrl+s")
    terminal.wait_for(re.compile(r"next: no, left +after this model call"))
    gate.open()
    terminal.wait_for("Turning left.")
    terminal.wait_for("And later.")
    assert "stopped here for your next message" in terminal.text
    assert provider.problems == []
    steered = str(provider.requests[1].items)
    for words in ("go right", "Let me roll.", "roll_dice", "17", "no, left"):
        assert words in steered, words
    assert "interrupted" not in steered
    assert provider.requests[2].last_user_text == "later"


def test_what_waits_survives_a_cancel_the_workers_death_and_a_killed_dashboard(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    gate = Gate()
    provider = provide(
        Answer(deltas=["slow ", "words"], gates={1: gate}),
        Answer(deltas=["slow ", "again"], gates={1: gate}),
        Answer("the second answer"),
        Answer("the third answer"),
        strict=True,
    )
    first = launch(AGENT, provider=provider)
    first.type("first\n")
    first.wait_for("slow")
    first.type("second\nthird\n")
    first.wait_for(re.compile(r"queued: second.*\n.*2\. third"))
    first.press("escape")
    first.wait_for(re.compile(r"held: second +Enter sends it"))
    first.press("ctrl+r")
    first.wait_for(re.compile(r"queued: second"))
    provider.wait_until(lambda: len(provider.requests) == 2)
    (worker,) = children_of(first.pid)
    first.wait_for(re.compile(r"── streaming"))
    os.kill(worker, signal.SIGKILL)
    first.wait_for(re.compile(r"held: second +Enter sends it"))
    first.kill()

    second = launch(AGENT, "--continue", provider=provider)
    second.wait_for(re.compile(r"held: second +Enter sends it\s*\n.*2\. third"))
    second.wait_for("── Hostile ──")
    assert len(provider.requests) == 2
    second.press("enter")
    second.wait_for("the second answer")
    second.wait_for("the third answer")
    assert "held:" not in second.text
    assert [request.last_user_text for request in provider.requests[2:]] == ["second", "third"]
    assert provider.problems == []
    gate.open()


def test_messages_are_edited_moved_and_dropped_while_an_answer_streams(
    launch: Launch, provide: Provide
) -> None:
    gate = Gate()
    provider = provide(
        Answer(deltas=["slow ", "words"], gates={1: gate}),
        Answer("to the third"),
        Answer("to the second"),
        strict=True,
    )
    terminal = launch(AGENT, provider=provider, rows=20, cols=60)
    terminal.type("first\n")
    terminal.wait_for("slow")
    terminal.type("second\nthird\nfourth\n")
    terminal.wait_for("queued: second")
    terminal.type("a draft")
    terminal.press("shift+tab")
    terminal.wait_for("Enter edit")
    terminal.press("down", "down")
    terminal.wait_for(re.compile(r"3/3"))
    terminal.press("x")
    terminal.wait_for(re.compile(r"2/2"))
    terminal.type("K")
    terminal.wait_for("queued: third")
    terminal.press("enter")
    terminal.wait_for("editing: third")
    terminal.type("!\n")
    terminal.wait_for("queued: third!")
    terminal.wait_for("a draft")
    gate.open()
    terminal.wait_for("to the second")
    sent = [request.last_user_text for request in provider.requests]
    assert sent == ["first", "third!", "second"]
    assert "a draft" in terminal.text
