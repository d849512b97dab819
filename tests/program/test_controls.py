"""Keys that control a run: x on a tool, s after a model call, Esc over a window, y, a and n."""

import re
import time

import pytest

from tests.program.conftest import AGENT, Launch
from tests.support.provider import Answer, Gate, Provide, ToolCall
from tests.support.terminal.keys import click_bytes, key_bytes


def test_x_cancels_the_tool_under_the_cursor_and_the_run_continues(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("waits", {}, id="w"), ToolCall("roll_dice", {"sides": 20})]),
        Answer("went on"),
        strict=True,
    )
    terminal = launch(AGENT, provider=provider, cols=160)
    terminal.type("do it\n")
    terminal.wait_for(re.compile("⟳ waits"))
    terminal.wait_for(re.compile("✓ roll_dice"))
    terminal.press("f3")
    terminal.wait_for("x cancels the tool")
    terminal.press("home", "x")
    terminal.wait_for(re.compile("⊘ waits.*cancelled"))
    terminal.wait_for("went on")
    terminal.wait_for("── idle")
    (output,) = [
        item
        for item in provider.requests[-1].items
        if item.get("call_id") == "w" and "output" in item
    ]
    assert output["output"] == "cancelled by the user"
    assert provider.problems == []


@pytest.mark.parametrize(
    ("tool", "words"), [("hangs", "cannot be interrupted"), ("blocks", "the agent's event loop")]
)
def test_x_reports_a_tool_that_it_cannot_interrupt(
    launch: Launch, provide: Provide, tool: str, words: str
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall(tool, {})]))
    terminal = launch(AGENT, provider=provider, cols=160)
    terminal.type("do it\n")
    terminal.wait_for(
        "agent loop blocked" if tool == "blocks" else re.compile(f"⟳ {tool}"), timeout=30
    )
    terminal.press("f3")
    terminal.wait_for("x cancels the tool")
    terminal.press("x")
    terminal.wait_for(words)
    assert re.search(f"⟳ {tool}", terminal.text)


def test_s_stops_after_the_model_call_and_ctrl_r_continues(
    launch: Launch, provide: Provide
) -> None:
    gate = Gate()
    provider = provide(
        Answer("Let me roll. ", tool_calls=[ToolCall("roll_dice", {"sides": 20})], gates={1: gate}),
        Answer("and that was all"),
        strict=True,
    )
    terminal = launch(AGENT, provider=provider)
    terminal.type("do it\n")
    terminal.wait_for("Let")
    terminal.press("f2")
    terminal.press("s")
    terminal.wait_for("stops after this model call")
    gate.open()
    terminal.wait_for(re.compile("✓ roll_dice"))
    terminal.wait_for("cancelled · Ctrl+R resumes from here")
    assert len(provider.requests) == 1
    terminal.press("ctrl+r")
    terminal.wait_for("and that was all")
    assert provider.problems == []
    assert len(provider.requests) == 2


def test_text_typed_after_a_click_on_the_prompt_goes_to_the_prompt(launch: Launch) -> None:
    terminal = launch(AGENT)
    terminal.wait_for("── idle")
    terminal.burst(key_bytes("f2"), click_bytes(len(terminal.screen) - 3, 10), b"hello there")
    terminal.wait_for("hello there")


def test_keys_of_a_pane_are_handled_before_the_keys_that_follow_in_the_same_burst(
    launch: Launch, provide: Provide
) -> None:
    roll = ToolCall("roll_dice", {"sides": 20})
    terminal = launch(AGENT, provider=provide(Answer(tool_calls=[roll]), Answer("rolled")))
    terminal.type("do it\n")
    terminal.wait_for("rolled")
    terminal.wait_for("── idle")
    opened_and_folded = [key_bytes("enter")] * 31
    prompt = click_bytes(len(terminal.screen) - 3, 10)
    terminal.burst(key_bytes("f3"), *opened_and_folded, prompt, b"/stats\r")
    terminal.wait_for("Esc closes")
    # None of them closed the report that was opened after them, and the last left the row open.
    terminal.press("escape")
    terminal.wait_for(re.compile("│ +arguments"))


@pytest.mark.parametrize("key", ["f1", "ctrl+p"])
def test_escape_closes_a_window_and_cancels_only_without_one(
    launch: Launch, provide: Provide, key: str
) -> None:
    gate = Gate()
    provider = provide(Answer("one two three", gates={1: gate}))
    terminal = launch(AGENT, provider=provider)
    terminal.type("count\n")
    terminal.wait_for("one")
    terminal.press(key)
    terminal.wait_for("Esc closes")
    terminal.press("escape")
    terminal.wait_for(lambda screen: not any("Esc closes" in line for line in screen))
    assert "── cancelled" not in terminal.text
    assert provider.requests[0].client_closed_at is None
    terminal.press("escape")
    provider.wait_until(lambda: provider.requests[0].client_closed_at is not None)
    terminal.wait_for("── cancelled")


@pytest.mark.parametrize("pane", ["f2", "f3", "f4"])
def test_an_approval_is_answered_from_every_pane(
    launch: Launch, provide: Provide, pane: str
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("asks", {})]), Answer("it was allowed"))
    terminal = launch(AGENT, provider=provider)
    terminal.type("do it\n")
    terminal.wait_for("once · a always for this tool · n reject")
    terminal.press(pane)
    terminal.press_until("y", "it was allowed")


@pytest.mark.parametrize("letter", ["y", "n", "a"])
def test_no_approval_is_taken_from_a_message_that_is_typed(
    launch: Launch, provide: Provide, letter: str
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("asks", {})]), Answer("it was allowed"))
    terminal = launch(AGENT, provider=provider)
    terminal.type("do it\n")
    terminal.wait_for("y once · a always for this tool · n reject")
    terminal.type("x")
    terminal.wait_for("Tab leaves the prompt, then y once")
    time.sleep(0.5)
    terminal.type(f"{letter}es")
    terminal.wait_for(f"x{letter}es")
    assert "Tab leaves the prompt" in terminal.text
    assert len(provider.requests) == 1
    terminal.press("tab")
    terminal.press_until("y", "it was allowed")


def test_escape_while_a_nested_agent_waits_for_approval_leaves_nothing_running(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("ask_careful", {"input": "go"})]),
        Answer(tool_calls=[ToolCall("asks", {})]),
    )
    terminal = launch(AGENT, provider=provider)
    terminal.type("do it\n")
    terminal.wait_for("y once · a always for this tool · n reject")
    terminal.press("escape")
    terminal.wait_for("── cancelled")
    terminal.wait_for("cancelled · Ctrl+R resumes from here")
    assert "still running" not in terminal.text
    terminal.wait_for(lambda screen: not any("y once" in line for line in screen))


def test_escape_and_text_in_one_burst_cancel_and_type(launch: Launch, provide: Provide) -> None:
    provider = provide(Answer("one two three", gates={1: Gate()}))
    terminal = launch(AGENT, provider=provider)
    terminal.type("count\n")
    terminal.wait_for("one")
    terminal.burst(b"\x1bhello")
    provider.wait_until(lambda: provider.requests[0].client_closed_at is not None)
    terminal.wait_for("── cancelled")
    terminal.wait_for("│ hello")
