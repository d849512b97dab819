"""Guardrails, and people who decide: what is checked, refused, replaced and approved."""

import re

from tests.examples.conftest import Show, row
from tests.support.provider import Answer, RawItem, ToolCall

QUESTION = "once · a always for this tool · n reject"


def test_guardrails_of_the_input_and_of_tools(show: Show) -> None:
    people = [ToolCall("look_up", {"person": who}, id=who) for who in ("ann", "bob", "admin")]
    example = show("guardrails", Answer(tool_calls=people), Answer("Ann is upstairs."))
    example.ask(
        "Where are they?",
        "Ann is upstairs.",
        re.compile(r"input guardrail no_homework passed on Clerk · .*s"),
        re.compile(r"tool input guardrail only_letters refused look_up"),
        re.compile(r"tool output guardrail no_numbers replaced the"),
        re.compile(r"output guardrail no_prices passed on Clerk"),
    )
    assert example.provider.requests[1].tool_outputs == {
        "ann": "ann, upstairs",
        "bob": "(a number was taken out)",
        "admin": "Nobody may look up the admin.",
    }
    assert "rejected by you" not in example.terminal.text
    example.quit()


def test_guardrails_that_stop_a_turn(show: Show) -> None:
    example = show("guardrails", route=lambda request: Answer("That is nine euro."), rows=50)
    example.terminal.type("What does it cost?\n")
    example.sees("output guardrail no_prices tripped", "stopped this turn", state="failed")
    example.terminal.type("Do my homework\n")
    example.sees("input guardrail no_homework tripped", state="failed")
    assert "That is nine euro." not in example.terminal.text
    example.quit()


def test_a_person_approves_and_rejects(show: Show) -> None:
    example = show(
        "approvals",
        Answer(tool_calls=[ToolCall("send", {"recipient": "Ann"}, id="one")]),
        Answer("It is on its way."),
        Answer(
            tool_calls=[
                ToolCall("drive", {"kilometres": 500}, id="far"),
                ToolCall("drive", {"kilometres": 5}, id="near"),
            ]
        ),
        Answer("Only the short way, then."),
    )
    terminal = example.terminal
    terminal.type("Write to Ann\n")
    terminal.wait_for(QUESTION)
    terminal.answer("y", "It is on its way.")
    example.sees(row("✓", "send", "sent to Ann"))
    terminal.type("Drive to both\n")
    terminal.wait_for(QUESTION)
    terminal.wait_for("kilometres=500")
    terminal.answer("n", "Only the short way, then.")
    example.sees("rejected by you", row("✓", "drive", "drove 5 km"))
    outputs = example.provider.requests[3].tool_outputs
    assert outputs["near"] == "drove 5 km"
    assert "not approved" in outputs["far"]
    example.quit()


REQUEST = RawItem(
    {
        "id": "mcpr_1", "type": "mcp_approval_request", "server_label": "sea", "name": "tide",
        "arguments": '{"port":"Hue"}',
    },
)  # fmt: skip
CALL = RawItem(
    {
        "id": "mcp_1", "type": "mcp_call", "server_label": "sea", "name": "tide",
        "arguments": '{"port":"Hue"}', "output": "high water at noon", "error": None,
        "status": "completed", "approval_request_id": "mcpr_1",
    },
)  # fmt: skip


def test_a_person_approves_a_call_that_the_provider_makes(show: Show) -> None:
    example = show("hosted_mcp", Answer(items=[REQUEST]), Answer("At noon.", items=[CALL]))
    example.terminal.type("When is the tide?\n")
    example.terminal.wait_for(QUESTION)
    example.terminal.answer("y", "At noon.")
    example.sees(row("✓", "sea › tide", "high water at noon"))
    (answer,) = [
        item
        for item in example.provider.requests[1].items
        if item.get("type") == "mcp_approval_response"
    ]
    assert (answer["approve"], answer["approval_request_id"]) == (True, "mcpr_1")
    example.quit()
