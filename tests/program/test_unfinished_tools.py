"""Tools that had not ended when the dashboard or the worker was killed, in the whole program."""

import os
import re
import signal
from pathlib import Path

import pytest

from tests.program.conftest import AGENT, Launch
from tests.support.patience import wait_until
from tests.support.provider import Answer, Provide, ToolCall
from tests.support.terminal import children_of
from tui.journal import JournalStore
from tui.protocol.events import Event, ToolStarted

CALLS = [ToolCall("waits", {}, id="call_waits"), ToolCall("asks", {}, id="call_asks")]
"""The second one needs an approval, for which nobody is asked while the first one runs."""


def stored_events(path: Path) -> list[Event]:
    store = JournalStore(path)
    return [event for one in store.sessions() for row in store.load(one.id) for event in row]


@pytest.mark.parametrize("killed", ["dashboard", "worker"])
def test_the_model_learns_which_call_never_started(
    launch: Launch, provide: Provide, tmp_path: Path, killed: str
) -> None:
    provider = provide(Answer(tool_calls=CALLS), Answer("I see."), strict=True)
    terminal = launch(AGENT, provider=provider, warm=False)
    terminal.wait_for("── Hostile ──")
    terminal.type("go\n")
    terminal.wait_for(re.compile("⟳ waits"))
    path = next(tmp_path.rglob("journal.db"))
    wait_until(lambda: ToolStarted in map(type, stored_events(path)), "the start is stored")
    if killed == "dashboard":
        terminal.kill(signal.SIGKILL)
        terminal.exit_code()
        terminal = launch(AGENT, "--continue", provider=provider)
        terminal.wait_for("the dashboard ended here · Ctrl+R resumes")
        terminal.wait_for(re.compile(r"\bE2E +—"))
        terminal.wait_for(re.compile(r"── cut off *$", re.MULTILINE))
        assert not re.search(r"waits\b.*\d m?s\b", terminal.text)
    else:
        (worker,) = children_of(terminal.pid)
        os.kill(worker, signal.SIGKILL)
        terminal.wait_for("The agent's process ended: SIGKILL.")
        terminal.wait_for(lambda _: [worker] != children_of(terminal.pid) != [])
    terminal.wait_for("── Hostile ──")
    terminal.press("ctrl+r")
    terminal.wait_for("I see.")
    outputs = {
        item["call_id"]: item["output"]
        for item in provider.requests[1].items
        if item.get("type") == "function_call_output"
    }
    assert outputs == {
        "call_waits": "interrupted; may have completed",
        "call_asks": "not run: it was cancelled before it started",
    }
    assert provider.problems == []
