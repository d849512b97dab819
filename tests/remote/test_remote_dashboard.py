"""The whole program in a pseudo-terminal, with an agent on an AG-UI server."""

import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from ag_ui.core import Interrupt, TextMessageContentEvent, TextMessageStartEvent
from click.testing import CliRunner

from tests.remote.agui_server import AguiServer, Refusal
from tests.remote.scripts import answer, call, finished, interrupted, result, started, text
from tests.remote.test_interrupts import DONE, TWO, entries
from tests.support.terminal import Terminal
from tui.cli.command_line import dashboard

TOKEN = "sesame-open-0123456789"
Launch = Callable[..., Terminal]


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    with ExitStack() as running:

        def start(*arguments: str, rows: int = 40, cols: int = 140) -> Terminal:
            environment = {
                "HOME": str(tmp_path), "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None,
                "STREAMTUI_TOKEN": TOKEN, "STREAMTUI_RETRIES_BASE": "0.01",
            }  # fmt: skip
            terminal = running.enter_context(
                Terminal(
                    [sys.executable, "-m", "tui", *arguments],
                    rows=rows, cols=cols, env=environment, cwd=tmp_path,
                )
            )  # fmt: skip
            terminal.wait_for("Ask the agent")
            terminal.wait_for(re.compile(r"── idle\b"))
            return terminal

        yield start


def test_a_conversation_with_a_tool_an_approval_a_cancel_and_a_resumed_session(
    launch: Launch, tmp_path: Path
) -> None:
    gate = threading.Event()
    question = Interrupt(id="i1", reason="tool_call", tool_call_id="t2", message="Send it?")
    with AguiServer(
        [started, *call("t1", "weather", city="Hanoi"), 0.2, result("t1", "sunny"),
         *text("m1", "It is sunny."), finished],
        [started, *call("t2", "send_mail", to="an"), interrupted(question)],
        [started, result("t2", "sent"), *text("m2", f"It is sent with {TOKEN}."), finished],
        [started, TextMessageStartEvent(message_id="m3", role="assistant"),
         TextMessageContentEvent(message_id="m3", delta="A long story"), gate],
        answer("that ends well."),
        answer("Welcome back."),
    ) as server:  # fmt: skip
        terminal = launch(server.url)
        terminal.type("Weather?\n")
        terminal.wait_for("It is sunny.")
        terminal.wait_for(re.compile(r"✓ weather city=.Hanoi. → sunny +~\d+ ms"))
        terminal.wait_for(re.compile(r"tok in +—"))
        terminal.type("Send a mail\n")
        terminal.wait_for(re.compile(r"May .* run send_mail"))
        terminal.press("f3")
        terminal.press_until("y", "It is sent with •••.")
        terminal.type("Tell me a story\n")
        terminal.wait_for("A long story")
        terminal.press("escape")
        terminal.wait_for("cancelled")
        server.wait_until(lambda: server.closed == 1)
        gate.set()
        terminal.press("ctrl+r")
        terminal.wait_for("that ends well.")
        terminal.wait_for(re.compile(r"── idle\b"))
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
        again = launch(server.url, "--continue")
        again.wait_for("A long story")
        again.type("Hello again\n")
        again.wait_for("Welcome back.")
        again.press("ctrl+q")
        assert again.exit_code() == 0
    assert server.problems == []
    assert all(headers["Authorization"] == f"Bearer {TOKEN}" for headers in server.headers)
    assert len({asked.thread_id for asked in server.inputs}) == 1
    assert server.bodies[-1]["messages"][0]["content"] == "Weather?"
    assert TOKEN.encode() not in terminal.raw + again.raw
    for file in tmp_path.rglob("*"):
        if file.is_file() and file.suffix in (".log", ".jsonl"):
            assert TOKEN not in file.read_text(errors="replace")


def test_a_remote_call_is_rejected_with_a_reason_and_another_runs_with_changed_arguments(
    launch: Launch,
) -> None:
    with AguiServer(TWO, DONE) as server:
        terminal = launch(server.url)
        terminal.type("Do it\n")
        terminal.wait_for(re.compile(r"May .* run delete"))
        terminal.wait_for("1 of 2")
        terminal.answer("e", "Arguments of delete")
        terminal.press("ctrl+e")
        terminal.press(*["backspace"] * len('/x"}'))
        terminal.type('/y"}')
        terminal.press("ctrl+s")
        terminal.wait_for(re.compile(r"May .* run send"))
        terminal.answer("r", "The model will see your reason")
        terminal.type("not now\n")
        terminal.wait_for(re.compile(r"\bOk\."))
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
    assert entries(server, 1) == {
        "i1": ("resolved", {"approved": True, "editedArgs": {"path": "/y"}}),
        "i2": ("resolved", {"approved": False, "reason": "not now"}),
    }


def test_a_failure_is_shown_with_advice_and_retried_by_key(launch: Launch) -> None:
    with AguiServer(Refusal(404, "nothing here", kind="text/plain"), answer("Here.")) as server:
        terminal = launch(server.url, rows=30, cols=100)
        terminal.type("Hi\n")
        terminal.wait_for("There is no agent at")
        terminal.wait_for("http://HOST:PORT/agui")
        terminal.press("ctrl+r")
        terminal.wait_for("Here.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ws://host/agui"], "write http://host/agui"),
        (["http://"], "names no host"),
        (["http://host/a b"], "spaces"),
        (["http://host:99999/agui"], "is not an address"),
        (["http://host/agui", "--model", "m"], "--model cannot be given for an agent on a server"),
        (["http://host/agui", "--header", "nothing"], "'Name: value'"),
        (["http://host/agui", "--header", "Ö: x"], "is not the name of a header"),
        (["--token", "secret-0123"], "--token is for an agent on a server"),
    ],
)
def test_wrong_usage_says_what_to_write(arguments: list[str], words: str) -> None:
    refused = CliRunner().invoke(dashboard, arguments)
    assert refused.exit_code == 2
    assert words in " ".join(refused.output.split())
