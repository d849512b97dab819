"""A result of five million characters, in the whole program: nothing of it is lost."""

import re
from pathlib import Path

from tests.program.conftest import Launch
from tests.program.session_files import quit_from
from tests.program.test_tool_log_keys import PAGER
from tests.support.provider import Answer, Provide, ToolCall
from tests.support.terminal import Terminal

READER = f"{Path(__file__).with_name('long_result_agent.py')}:agent"
LAST = "099999 an entry of the log"


def read_to_the_end(terminal: Terminal) -> None:
    """Open the call and go to its last line."""
    terminal.press("f3")
    terminal.press_until("up", re.compile(r"read_log"))
    terminal.press("space")
    terminal.wait_for("000003 an entry of the log")
    terminal.press_until("end", LAST)


def test_a_long_result_is_shown_to_its_end_paged_exported_and_resumed(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("read_log", {})]), Answer("Read."), strict=True)
    pager, paged = tmp_path / "pager", tmp_path / "paged.txt"
    pager.write_text(PAGER)
    pager.chmod(0o755)
    env = {"PAGER": str(pager), "PAGED": str(paged)}
    first = launch(READER, provider=provider, env=env)
    first.type("go\n")
    first.wait_for("Read.")
    first.wait_for(re.compile(r"── idle\b"))
    (output,) = provider.requests[1].tool_outputs.values()
    assert LAST in str(output)
    first.type(f"/export md {tmp_path / 'out.md'}\n")
    first.wait_for("exported to")
    read_to_the_end(first)
    first.type("p")
    first.wait_for("IN THE PAGER")
    assert LAST in paged.read_text()
    assert paged.read_text().count("an entry") == 100_000
    paged.with_name("paged.txt.end").touch()
    first.wait_for(re.compile(r"── idle\b"))
    quit_from(first)
    assert (tmp_path / "out.md").read_text().count("an entry") == 100_000

    second = launch(READER, "--continue", provider=provider)
    second.wait_for("Read.")
    second.wait_for(re.compile(r"── idle\b"))
    read_to_the_end(second)
    quit_from(second)
