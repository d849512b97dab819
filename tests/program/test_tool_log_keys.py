"""The tool log in the whole program: filter, search and pager, while an answer streams."""

import re
from pathlib import Path

from tests.program.conftest import AGENT, Launch
from tests.support.provider import Answer, Gate, Provide, ToolCall

PAGER = """#!/bin/sh
cat "$1" > "$PAGED"
echo IN THE PAGER
while [ ! -e "$PAGED.end" ]; do sleep 0.1; done
"""


def test_calls_are_filtered_searched_and_paged_while_the_stream_goes_on(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    gate = Gate()
    provider = provide(
        Answer(tool_calls=[ToolCall("roll_dice", {"sides": 20}), ToolCall("roll_dice", {})]),
        Answer(deltas=["the first words ", "and the last"], gates={1: gate}),
        strict=True,
    )
    pager, paged = tmp_path / "pager", tmp_path / "paged.txt"
    pager.write_text(PAGER)
    pager.chmod(0o755)
    env = {"PAGER": str(pager), "PAGED": str(paged)}
    terminal = launch(AGENT, provider=provider, env=env, cols=160)
    terminal.type("roll\n")
    terminal.wait_for("the first words")
    terminal.press("f3")
    terminal.type("/sides")
    terminal.wait_for(re.compile("search sides"))
    terminal.press("enter")
    terminal.wait_for(re.compile(r"sides: \d of \d+"))
    terminal.type("f")
    terminal.wait_for(re.compile(r"\bshow\b.*"))
    terminal.type("state:ok")
    terminal.wait_for(re.compile(r"1 of 2 shown"))
    terminal.press("enter")
    terminal.wait_for("1 of 2 shown · sides")
    terminal.type("p")
    terminal.wait_for("IN THE PAGER")
    gate.open()
    provider.wait_until(lambda: len(provider.requests) == 2)
    paged.with_name("paged.txt.end").touch()
    terminal.wait_for("and the last")
    terminal.wait_for("── idle")
    assert '"sides": 20' in paged.read_text()
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0


def test_a_pager_that_is_not_there_is_named(launch: Launch, provide: Provide) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("roll_dice", {"sides": 20})]), Answer("done"))
    terminal = launch(AGENT, provider=provider, env={"PAGER": "no-such-pager -R"})
    terminal.type("roll\n")
    terminal.wait_for("done")
    terminal.press("f3")
    terminal.type("p")
    terminal.wait_for("no-such-pager")
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0
