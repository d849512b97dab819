"""A picture and a file in messages that wait, in the whole program."""

import os
import re
import signal
from pathlib import Path

from tests.program.conftest import AGENT, Launch
from tests.support.provider import Answer, Gate, Provide
from tests.support.terminal import children_of
from tests.worker.sequences.desk import PICTURE


def attached_to(item: dict[str, object]) -> list[str]:
    """The kinds of the parts after a message's text, and what a text file says."""
    content = item["content"]
    assert isinstance(content, list)
    return [str(part.get("text") or part["type"]) for part in content[1:]]


def test_a_picture_and_a_file_wait_through_a_cancel_a_workers_death_and_a_killed_dashboard(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    gate = Gate()
    provider = provide(
        Answer(deltas=["slow ", "words"], gates={1: gate}),
        Answer(deltas=["slow ", "again"], gates={1: gate}),
        Answer("I see a dot."),
        Answer("I read it."),
        strict=True,
    )
    picture, notes = tmp_path / "dot.png", tmp_path / "notes.txt"
    picture.write_bytes(PICTURE)
    notes.write_text("Buy ink.\n")
    first = launch(AGENT, provider=provider)
    first.type("first\n")
    first.wait_for("slow")
    first.type("what is @dot.png \n")
    first.wait_for(re.compile(r"queued: what is @dot.png \[dot.png\]"))
    first.type("and read @notes.txt \n")
    first.wait_for(re.compile(r"2\. and read @notes.txt \[notes.txt\]"))
    # What waits was read when it was entered.
    picture.unlink()
    notes.unlink()
    first.press("escape")
    first.wait_for(re.compile(r"held: what is"))
    first.press("ctrl+r")
    first.wait_for(re.compile(r"queued: what is @dot.png \[dot.png\]"))
    provider.wait_until(lambda: len(provider.requests) == 2)
    first.wait_for(re.compile(r"── streaming"))
    (worker,) = children_of(first.pid)
    os.kill(worker, signal.SIGKILL)
    first.wait_for(re.compile(r"held: what is"))
    first.kill()

    second = launch(AGENT, "--continue", provider=provider)
    second.wait_for(re.compile(r"held: what is[^\n]*\n[^\n]*2\. and read"))
    second.wait_for("── Hostile ──")
    second.press("enter")
    second.wait_for("I see a dot.")
    second.wait_for("I read it.")
    gate.open()
    assert provider.problems == []
    (asked,) = [one for one in provider.requests[2].items if "what is" in str(one)]
    assert attached_to(asked) == ["input_image"]
    (asked,) = [one for one in provider.requests[3].items if "and read" in str(one)]
    assert "Buy ink." in attached_to(asked)[0]
    assert re.search(r"\[dot.png: [^\n]*\]", second.text)
    assert re.search(r"\[notes.txt: [^\n]*\]", second.text)
