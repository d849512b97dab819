"""Tools that print, raise, hang and kill: the screen stays intact and the next prompt works."""

import re
import signal

import pytest

from tests.program.conftest import AGENT, Launch
from tests.support.provider import Answer, Provide, ToolCall
from tests.support.terminal import (
    children_of,
    foreign_sequences,
    is_running,
    mapped_files,
    wait_ended_within,
)

CALL = {
    "prints": ("printed by the tool", re.compile(r"✓ prints")),
    "writes_from_c": ("written from C", re.compile(r"✓ writes_from_c")),
    "raises": ("the cellar is locked", re.compile(r"✗ raises.*ValueError")),
}


@pytest.mark.parametrize("name", CALL)
def test_a_tool_that_prints_or_raises_leaves_the_screen_intact(
    launch: Launch, provide: Provide, name: str
) -> None:
    shown, row = CALL[name]
    provider = provide(
        Answer(tool_calls=[ToolCall(name, {})]), Answer("went on"), Answer("next answer")
    )
    terminal = launch(AGENT, provider=provider, cols=160)
    terminal.type("do it\n")
    terminal.wait_for("went on")
    terminal.wait_for(shown)
    terminal.wait_for(row)
    terminal.type("again\n")
    terminal.wait_for("next answer")
    assert foreign_sequences(terminal.raw) == []


def test_a_tool_that_kills_its_process_is_shown_and_the_next_prompt_works(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(
        Answer("Let me see. ", tool_calls=[ToolCall("exits", {})]),
        Answer("next answer"),
        strict=True,
    )
    terminal = launch(AGENT, provider=provider, cols=160)
    terminal.type("do it\n")
    terminal.wait_for("exit code 7")
    terminal.wait_for(re.compile(r"⊘ exits.*may have completed"))
    terminal.wait_for("Let me see.")
    terminal.type("and now\n")
    terminal.wait_for("next answer")
    assert provider.problems == []
    assert any("do it" in str(item) for item in provider.requests[-1].items)


def test_each_death_of_the_process_is_an_error(launch: Launch, provide: Provide) -> None:
    provider = provide(route=lambda _: Answer(tool_calls=[ToolCall("exits", {})]))
    terminal = launch(AGENT, provider=provider, cols=160)
    for deaths in (1, 2, 3):
        terminal.type("do it\n")
        terminal.wait_for(re.compile(f"turn {deaths} of {deaths} "))
        terminal.wait_for(re.compile("── (failed|agent's process ended exit 7) ──"))
        if deaths < 3:
            terminal.wait_for(re.compile("── failed ──"))
    terminal.type("/stats\n")
    terminal.wait_for(re.compile(r"errors +3\b"))


@pytest.mark.parametrize("tool", ["blocks", "hangs"])
def test_a_second_escape_restarts_the_worker_when_a_tool_hangs(
    launch: Launch, provide: Provide, tool: str
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall(tool, {})]), Answer("next answer"))
    terminal = launch(AGENT, provider=provider)
    terminal.type("do it\n")
    terminal.wait_for(re.compile(f"⟳ {tool}"))
    terminal.press("escape")
    terminal.wait_for("cancelling" if tool == "blocks" else "still running in the background")
    terminal.press_until("escape", "process restarts")
    terminal.type("and now\n")
    terminal.wait_for("next answer")


def test_a_tool_that_blocks_the_loop_is_shown_with_its_duration(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("blocks", {})]), Answer("next answer"))
    terminal = launch(AGENT, provider=provider, cols=160)
    terminal.type("do it\n")
    heading = re.compile(r"── agent loop blocked (\d+) s by tool blocks \(hostile_agent\.py:\d+\)")
    screen = terminal.wait_for(heading)
    (before,) = heading.findall(screen[0])
    terminal.wait_for(lambda screen: heading.findall(screen[0]) > [before])
    terminal.wait_for(re.compile(r"⟳ blocks.*blocks the agent's loop"))
    terminal.press("escape")
    terminal.press_until("escape", "process restarts")
    terminal.wait_for(lambda screen: "agent loop blocked" not in "".join(screen))
    terminal.type("and now\n")
    terminal.wait_for("next answer")


def test_quitting_while_a_tool_hangs_takes_at_most_two_seconds(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("blocks", {})]))
    terminal = launch(AGENT, provider=provider)
    terminal.type("do it\n")
    terminal.wait_for(re.compile("⟳ blocks"))
    (worker,) = children_of(terminal.pid)
    terminal.press("ctrl+q")
    terminal.wait_for("Quit anyway?")
    terminal.press("y")
    wait_ended_within(2.5, terminal.pid, worker)
    assert terminal.exit_code() == 0


@pytest.mark.parametrize("tool", [None, "blocks"])
def test_killing_the_dashboard_leaves_no_worker_behind(
    launch: Launch, provide: Provide, tool: str | None
) -> None:
    calls = [ToolCall(tool, {})] if tool else []
    provider = provide(Answer("slow " * 50, pace=0.2) if tool is None else Answer(tool_calls=calls))
    terminal = launch(AGENT, provider=provider, warm=False)
    terminal.type("go\n")
    terminal.wait_for("slow" if tool is None else re.compile("⟳ blocks"))
    (worker,) = children_of(terminal.pid)
    assert is_running(worker)
    terminal.kill(signal.SIGKILL)
    wait_ended_within(2.5, worker)


def test_the_dashboard_in_use_has_neither_the_sdk_nor_pydantic_loaded(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(Answer("hello"))
    terminal = launch(AGENT, provider=provider, warm=False)
    terminal.type("hi\n")
    terminal.wait_for("hello")
    (worker,) = children_of(terminal.pid)
    assert any("pydantic_core" in path for path in mapped_files(worker))
    assert not any(
        name in path for path in mapped_files(terminal.pid) for name in ("pydantic", "jiter")
    )
