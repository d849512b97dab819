"""Several agents: handoffs, flows in code, hooks, instructions, reasoning."""

import json
import re

from tests.examples.conftest import AGENTS, Show, row
from tests.support.provider import Answer, ToolCall
from tests.support.provider.request import RequestRecord


def test_a_handoff_with_an_input_filter(show: Show) -> None:
    example = show(
        "handoff_filters",
        Answer(tool_calls=[ToolCall("ticket")]),
        Answer(tool_calls=[ToolCall("transfer_to_billing", {"reason": "a bill"})]),
        Answer("Your bill is settled."),
        Answer("Yes, it is."),
    )
    example.ask(
        "I want to pay",
        "Your bill is settled.",
        row("✓", "ticket", "417"),
        "handed over because of a bill",
        re.compile("Reception.*→.*Billing|Billing"),
    )
    handed = [item.get("type", "message") for item in example.provider.requests[2].items]
    assert "function_call" not in handed
    assert "function_call_output" not in handed
    example.ask("Really?", "Yes, it is.")
    assert example.provider.requests[3].instructions == "You settle bills."
    example.quit()


def test_routing(show: Show) -> None:
    example = show(
        "routing",
        Answer(tool_calls=[ToolCall("transfer_to_italian")]),
        Answer("Buongiorno!"),
        Answer("Anche a te."),
        rows=70,
    )
    example.ask("Buongiorno", "Buongiorno!", "Italian", re.compile("Router → Italian +─"))
    example.ask("Buona giornata", "Anche a te.")
    assert [one.instructions for one in example.provider.requests[1:]] == [
        "You speak only Italian."
    ] * 2
    assert "Italian" in example.terminal.screen[0]
    example.quit()


def test_a_deterministic_flow(show: Show) -> None:
    def route(request: RequestRecord) -> Answer:
        if "outline." in request.instructions and "Judge" not in request.instructions:
            return Answer("A robot learns to swim.")
        if "Judge" in request.instructions:
            good = "swim" in request.last_user_text
            return Answer(json.dumps({"good": good, "is_science_fiction": True}))
        if "story" in request.instructions:
            return Answer("Once there was a robot in the sea.")
        return Answer(tool_calls=[ToolCall("story", {"wish": "robots"})])

    example = show("deterministic", route=route)
    example.ask("A story please", "Once there was a robot in the sea.", row("✓", "story"))
    asked = [one.instructions for one in example.provider.requests[1:]]
    assert asked == ["Write a short outline.", "Judge the outline.", "Write the story."]
    example.quit()


def test_a_judge_asks_for_a_better_one(show: Show) -> None:
    example = show(
        "judge",
        Answer(tool_calls=[ToolCall("poem", {"topic": "rain"})]),
        Answer("It rains."),
        Answer(json.dumps({"score": "improve", "feedback": "make it rhyme"})),
        Answer("Rain on the plain, again and again."),
        Answer(json.dumps({"score": "pass", "feedback": "lovely"})),
    )
    example.ask("A poem about rain", re.compile(r"^\W*Rain on the plain", re.MULTILINE))
    assert "make it rhyme" in example.provider.requests[3].last_user_text
    assert len(example.provider.requests) == 5
    example.quit()


def test_parallel_runs(show: Show) -> None:
    def route(request: RequestRecord) -> Answer:
        if "Greek" in request.instructions:
            return Answer("kalimera", first_after=0.2)
        if "best one" in request.instructions:
            return Answer("Kalimera sas!")
        return Answer(tool_calls=[ToolCall("best_of_three", {"text": "Good morning"})])

    example = show("parallel", route=route)
    example.ask("Good morning in Greek", "Kalimera sas!", row("✓", "best_of_three"))
    greek = [one for one in example.provider.requests if "Greek" in one.instructions]
    assert len(greek) == 3
    first_end = min(one.finished_at or 0 for one in greek)
    assert all(one.arrived_at < first_end for one in greek), "they ran one after the other"
    assert example.provider.requests[-1].last_user_text == "kalimera\nkalimera\nkalimera"
    example.quit()


def test_a_research(show: Show) -> None:
    searches = [{"reason": "to know", "query": word} for word in ("tides", "moons", "ships")]

    def route(request: RequestRecord) -> Answer:
        if "Plan" in request.instructions:
            return Answer(json.dumps({"searches": searches}))
        if "sum up" in request.instructions:
            word = request.last_user_text.removeprefix("Search for ").partition(",")[0]
            return Answer(f"all about {word}", first_after=0.2)
        if "report" in request.instructions:
            return Answer(json.dumps({"summary": "s", "text": "The moon moves the sea."}))
        return Answer(tool_calls=[ToolCall("research", {"question": "Why tides?"})])

    example = show("research", route=route, rows=80)
    example.ask(
        "Why are there tides?",
        re.compile(r"^\W*The moon moves the sea\.", re.MULTILINE),
        row("✓", "research"),
        "span plan searches",
        "span search",
        "span write the report",
    )
    assert all(
        f"all about {one['query']}" in example.provider.requests[-1].last_user_text
        for one in searches
    )
    example.sees(re.compile("write the repor.*─+ "), re.compile("search .*─+ "), "Searcher")
    example.quit()
    again = show("research", arguments=("--continue",), route=route)
    again.terminal.wait_for("The moon moves the sea.")
    again.terminal.wait_for("span plan searches")
    again.quit()


def test_hooks_of_agents_and_of_the_run(show: Show) -> None:
    example = show(
        "lifecycle",
        Answer(tool_calls=[ToolCall("number")]),
        Answer(tool_calls=[ToolCall("transfer_to_doubler")]),
        Answer("74"),
        rows=56,
    )
    example.ask(
        "Go",
        "Starter begins",
        "Starter asks the model",
        "Starter takes number",
        "number gave 37",
        "Starter hands over to Doubler",
        "Doubler begins",
        "Doubler ends with 74",
        "that was call 3 of the run",
    )
    example.quit()


def test_dynamic_instructions_from_the_context(show: Show) -> None:
    context = ("--context", f"{AGENTS / 'dynamic.py'}:person")
    example = show("dynamic", Answer("Ahoy, Mina!"), arguments=context)
    example.ask("Hello", "Ahoy, Mina!")
    assert example.provider.requests[0].instructions == (
        "You are Host. Speak to Mina like a pirate."
    )
    example.quit()


def test_reasoning_is_shown_and_folded(show: Show) -> None:
    thoughts = ["The sum of ", "two even numbers ", "is even."]
    example = show("reasoning", Answer("Yes, always.", reasoning=thoughts))
    example.ask("Is it even?", "Yes, always.")
    before = "two even numbers" in example.terminal.text
    example.terminal.press("ctrl+t")
    example.terminal.wait_for(
        lambda screen: ("two even numbers" in "\n".join(screen)) is not before
    )
    effort = example.provider.requests[0].body["reasoning"]
    assert effort == {"effort": "high", "summary": "detailed"}
    example.quit()
