"""Conversations in the dashboard: prompts, answers, tools, keys."""

import re

import pytest

from tests.program.conftest import AGENT, Launch
from tests.support.provider import Answer, Provide, ToolCall, Usage, per_second, rate_limited


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_a_prompt_gets_a_tool_call_an_answer_and_figures_and_the_next_turn_contains_them(
    launch: Launch, provide: Provide, api: str
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("roll_dice", {"sides": 20})]),
        Answer("You rolled seventeen.", pace=0.01),
        Answer("It was seventeen."),
        strict=True,
    )
    terminal = launch(AGENT, "--api", api, provider=provider)
    terminal.type("Roll for me\n")
    terminal.wait_for("You rolled seventeen.")
    terminal.wait_for(re.compile(r"✓ roll_dice sides=20.*17.*\d+ ms"))
    terminal.wait_for(re.compile(r"TTFT +\d"))
    terminal.wait_for(re.compile(r"tok/s +\d"))
    terminal.wait_for("idle")
    terminal.type("What was it?\n")
    terminal.wait_for("It was seventeen.")
    assert provider.problems == []
    texts = [str(item) for item in provider.requests[-1].items]
    assert sum("Roll for me" in text for text in texts) == 1
    assert sum("You rolled seventeen." in text for text in texts) == 1
    assert len(provider.connections) == 1


def test_text_entered_before_the_agent_is_loaded_is_sent_afterwards(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(Answer("Here I am."))
    terminal = launch(AGENT, provider=provider)
    terminal.type("are you there\n")
    terminal.wait_for("Here I am.")


def test_escape_cancels_and_closes_the_connection_and_retry_continues(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(
        Answer("one two three four five six seven eight nine ten", pace=0.3),
        Answer("and that was all."),
        strict=True,
    )
    terminal = launch(AGENT, provider=provider)
    terminal.type("count\n")
    terminal.wait_for("two")
    terminal.press("escape")
    terminal.wait_for("cancelled")
    provider.wait_until(lambda: provider.requests[0].client_closed_at is not None)
    assert "two" in terminal.text
    terminal.press("ctrl+r")
    terminal.wait_for("and that was all.")
    assert "two" in terminal.text
    assert provider.problems == []


def test_an_escape_in_the_same_burst_as_a_message_cancels_it(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(Answer("never to be seen", headers_after=20.0), strict=True)
    terminal = launch(AGENT, provider=provider)
    terminal.wait_for("idle")
    # Esc as a terminal with the kitty protocol sends it: it is complete at once.
    terminal.type("count\n\x1b[27u")
    terminal.wait_for("cancelled")
    provider.wait_until(lambda: all(request.client_closed_at for request in provider.requests))
    terminal.wait_for(re.compile(r"── (idle|cancelled)\b"))
    assert "never to be seen" not in terminal.text


def test_a_message_sent_while_streaming_is_shown_as_queued_and_then_sent(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(
        Answer("slow " * 8, pace=0.2),
        Answer("the second answer"),
    )
    terminal = launch(AGENT, provider=provider)
    terminal.type("first\n")
    terminal.wait_for("slow")
    terminal.type("second\n")
    terminal.wait_for("queued: second")
    terminal.wait_for("the second answer")
    assert "queued:" not in terminal.text
    assert provider.requests[1].last_user_text == "second"


def test_a_rate_limit_shows_a_countdown_and_is_retried(launch: Launch, provide: Provide) -> None:
    provider = provide(rate_limited(retry_after=2), Answer("now it works"))
    terminal = launch(AGENT, provider=provider)
    terminal.type("hello\n")
    terminal.wait_for(re.compile(r"retrying in \d\.\d s \(attempt 2 of \d\)"))
    terminal.wait_for("now it works")
    first, second = provider.requests
    assert second.arrived_at - first.arrived_at >= 2_000_000_000


def test_slash_commands_open_their_views_and_are_not_sent(launch: Launch, provide: Provide) -> None:
    provider = provide(Answer("A greeting.", usage=Usage(input=11, output=7)))
    terminal = launch(AGENT, provider=provider)
    terminal.type("Good morning\n")
    terminal.wait_for("A greeting.")
    terminal.wait_for("idle")
    for command, shown in (
        ("/help", "Keys"),
        ("/history", "Good morning"),
        ("/stats", "tokens out"),
    ):
        terminal.type(f"{command}\n")
        terminal.wait_for("Esc closes")
        terminal.wait_for(shown)
        terminal.press("escape")
        terminal.wait_for(lambda screen: not any("Esc closes" in line for line in screen))
    terminal.type("/helf\n")
    terminal.wait_for("Did you mean /help?")
    terminal.type("/clear\n")
    terminal.wait_for(lambda screen: not any("A greeting." in line for line in screen))
    terminal.type("/quit\n")
    assert terminal.exit_code() == 0
    assert len(provider.requests) == 1


@pytest.mark.parametrize(("rows", "cols"), [(50, 160), (30, 100), (20, 60)])
def test_the_dashboard_is_usable_at_every_size(
    launch: Launch, provide: Provide, rows: int, cols: int
) -> None:
    provider = provide(Answer("It fits.", tool_calls=[]))
    terminal = launch(AGENT, provider=provider, rows=rows, cols=cols)
    terminal.type("does it fit\n")
    terminal.wait_for("It fits.")
    terminal.press("f3")
    terminal.wait_for("tool calls")
    terminal.press("f4")
    terminal.wait_for("TTFT")
    terminal.wait_for("── idle")  # during a run it asks before it quits
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0


def test_text_that_streams_survives_resizes(launch: Launch, provide: Provide) -> None:
    words = [f"word{number} " for number in range(200)]
    provider = provide(Answer(deltas=words, pace=per_second(200)))
    terminal = launch(AGENT, provider=provider, rows=40, cols=140)
    terminal.type("go\n")
    terminal.wait_for("word10")
    for rows, cols in ((20, 60), (30, 100), (50, 160)):
        terminal.resize(rows, cols)
    terminal.wait_for("word199")
