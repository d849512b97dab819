"""``--plain``: a conversation for screen readers, in a real terminal."""

import re
import signal
from pathlib import Path

from tests.program.conftest import AGENT, FRAGILE, Launch
from tests.support.provider import Answer, Gate, Provide, Provider, ToolCall

READY = "The agent is"


def test_a_turn_is_plain_lines_without_a_control_sequence(launch: Launch) -> None:
    terminal = launch("--plain", ready=READY)
    start = len(terminal.raw)
    terminal.type("roll a d20\n")
    terminal.wait_for(re.compile(r"Tool roll_dice finished after \d+ milliseconds: \d+"))
    terminal.wait_for(re.compile(r"^>$", re.MULTILINE))
    said = re.sub(rb"\x1b\[\?2004[hl]", b"", terminal.raw[start:])  # of the line editor
    assert b"\x1b" not in said
    for box in "╭│─⟳✓▎":
        assert box not in terminal.text
    terminal.type("/stats\n")
    terminal.wait_for("The turn took")
    terminal.press("ctrl+d")
    assert terminal.exit_code() == 0


def test_an_approval_is_asked_and_answered_with_a_word(launch: Launch) -> None:
    calls = Answer(tool_calls=[ToolCall("asks", {})])
    with Provider(calls, Answer("It is done.")) as provider:
        terminal = launch(AGENT, "--plain", provider=provider, ready=READY)
        terminal.type("go\n")
        terminal.wait_for("May the tool asks run?")
        terminal.type("maybe\n")
        terminal.wait_for("Please type y for yes")
        terminal.type("y\n")
        terminal.wait_for("It is done.")


def test_ctrl_c_cancels_a_run_and_then_quits(launch: Launch) -> None:
    terminal = launch("--plain", ready=READY)
    terminal.type("tell me a story\n")
    terminal.wait_for(re.compile(r"Game Master: "))
    terminal.kill(signal.SIGINT)
    terminal.wait_for("Cancelled.")
    terminal.wait_for(re.compile(r"^>$", re.MULTILINE))
    terminal.kill(signal.SIGINT)
    terminal.wait_for("Press Ctrl+C again to quit.")
    terminal.kill(signal.SIGINT)
    assert terminal.exit_code() == 0
    assert re.search(r"^Continue this session: streamtui --plain --session \S+$",
                     terminal.text, re.MULTILINE)  # fmt: skip


def test_ctrl_c_drops_the_line_and_keeps_the_conversation(launch: Launch, provide: Provide) -> None:
    provider = provide(Answer("Received."))
    terminal = launch(AGENT, "--plain", provider=provider, ready=READY)
    terminal.wait_for(re.compile(r"^>$", re.MULTILINE))
    terminal.type("a slip of the")
    terminal.wait_for("> a slip of the")
    terminal.press("ctrl+c")
    terminal.wait_for(re.compile(r"^> a slip of the.*\nPress Ctrl\+C again to quit\.\n>$",
                                 re.MULTILINE))  # fmt: skip
    terminal.type("what was meant\n")
    terminal.wait_for(re.compile(r"Received\.\n>$", re.MULTILINE))
    assert provider.requests[0].last_user_text == "what was meant"
    terminal.press("ctrl+d")
    assert terminal.exit_code() == 0
    assert f"Continue this session: streamtui {AGENT} --plain --session" in terminal.text


def test_nothing_is_said_of_a_session_that_is_empty(launch: Launch) -> None:
    terminal = launch("--plain", ready=READY)
    terminal.kill(signal.SIGTERM)
    assert terminal.exit_code() == 0
    assert "Continue this session" not in terminal.text


def test_the_setting_does_the_same(launch: Launch) -> None:
    terminal = launch(ready=READY, env={"STREAMTUI_DISPLAY_SCREEN_READER": "true", "TERM": "dumb"})
    terminal.type("/help\n")
    terminal.wait_for("Ctrl+C cancels a run")


def test_a_retry_is_undone_and_the_answer_that_is_back_is_read(launch: Launch) -> None:
    with Provider(Answer("The first."), Answer("The second."), Answer("Bye.")) as provider:
        terminal = launch(AGENT, "--plain", provider=provider, ready=READY)
        terminal.type("/undo-retry\n")
        terminal.wait_for("There is no retry to undo.")
        terminal.type("go\n")
        terminal.wait_for("The first.")
        terminal.type("/retry\n")
        terminal.wait_for("The second.")
        terminal.type("/undo-retry\n")
        terminal.wait_for(re.compile(r"The retry is undone. This answer is back:\s+The first."))
        terminal.type("thanks\n")
        terminal.wait_for("Bye.")
        assert "The first." in str(provider.requests[2].items)
        assert "The second." not in str(provider.requests[2].items)


def test_an_agent_whose_process_keeps_exiting_is_started_again_on_request(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    (tmp_path / "fragile.py").write_text(FRAGILE)
    (tmp_path / "broken").touch()
    ended = "The agent's process has ended. /reload starts another one."
    terminal = launch("fragile.py", "--plain", provider=provide(Answer("Alive.")), ready=ended)
    (tmp_path / "broken").unlink()
    for typed in ("hello", "/undo-retry"):
        start = len(terminal.raw)
        terminal.type(f"{typed}\n")
        expected = ended if typed == "hello" else "There is no retry to undo."
        terminal.wait_for_bytes(expected.encode(), start=start)
    terminal.type("/reload\n")
    terminal.wait_for("The agent is Fragile")
    terminal.type("hello\n")
    terminal.wait_for("Alive.")


def test_a_changed_file_is_loaded_once_nothing_runs(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    agent = tmp_path / "fragile.py"
    agent.write_text(FRAGILE)
    gate = Gate()
    first = Answer(deltas=["One.\n", "Two."], gates={1: gate})
    provider = provide(first, Answer("It is still known."))
    terminal = launch("fragile.py", "--plain", provider=provider, ready="The agent is Fragile")
    terminal.type("hello\n")
    terminal.wait_for("One.")
    # Of another length: Python keeps the code of a file with the same size and second.
    agent.write_text(FRAGILE.replace("Fragile", "Changed by now"))
    terminal.wait_for("fragile.py changed: the agent is reloaded after this run.")
    gate.open()
    terminal.wait_for("Two.")
    terminal.wait_for("The agent is Changed by now")
    terminal.type("more\n")
    terminal.wait_for("It is still known.")
    assert "Two." in str(provider.requests[1].items)
