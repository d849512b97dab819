"""An agent in a local sandbox: commands and files, errors, and nothing left of it."""

from pathlib import Path

from tests.examples.conftest import Show, row
from tests.support.provider import Answer, ToolCall

PATCH = "*** Begin Patch\n*** Add File: reply.txt\n+Dear Bob\n*** End Patch\n"


def test_a_sandbox(show: Show, tmp_path: Path) -> None:
    example = show(
        "sandbox",
        Answer(tool_calls=[ToolCall("exec_command", {"cmd": "pwd; cat letter.txt"}, id="read")]),
        Answer(tool_calls=[ToolCall("apply_patch", PATCH, kind="custom", id="write")]),
        Answer(tool_calls=[ToolCall("exec_command", {"cmd": "cat reply.txt"}, id="again")]),
        Answer(tool_calls=[ToolCall("exec_command", {"cmd": "ls", "shell": "/no/sh"}, id="bad")]),
        Answer("The ship is late."),
    )
    example.ask(
        "What does the letter say?",
        "The ship is late.",
        "sandbox created: Archivist · unix_local",
        "sandbox started",
        row("✓", "exec_command", "cat letter"),
        row("✓", "apply_patch"),
        row("✗", "exec_command", "FileNotFoundError"),
        "sandbox stopped",
        "sandbox shut down",
    )
    outputs = example.provider.requests[-1].tool_outputs
    folder, letter = outputs["read"].partition("Output:\n")[2].splitlines()
    assert letter == "Dear Ann, the ship is late."
    assert outputs["again"].endswith("Dear Bob")
    assert outputs["bad"].startswith("An error occurred")
    assert not Path(folder).exists()
    example.quit()
    again = show("sandbox", arguments=("--continue",))
    again.sees("The ship is late.", "sandbox started", "sandbox shut down")
    again.terminal.type("/export\n")
    again.terminal.wait_for(".md")
    (document,) = tmp_path.glob("**/*.md")
    text = document.read_text()
    for noted in (
        "> sandbox started",
        "**exec_command**",
        "**apply_patch**",
        "> sandbox shut down",
    ):
        assert noted in text
    again.quit()


def test_without_a_sandbox_it_says_what_to_write(show: Show) -> None:
    example = show("bare_sandbox", state="")
    example.terminal.wait_for("Archivist is a SandboxAgent")
    example.terminal.wait_for('streamtui = {"run_config"')
    example.quit()
