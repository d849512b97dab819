"""What `/agent` shows: the agents that can be reached, their tools and their MCP servers."""

import io

import pytest
from rich.console import Console, RenderableType

from tui.dashboard.reports.cards import agent_card, load_problem_card
from tui.protocol.events import (
    AgentInfo,
    AgentLoaded,
    HandoffInfo,
    McpServerInfo,
    Problem,
    ToolInfo,
)

ROLL = ToolInfo(
    name="roll",
    description="Rolls\na die.",
    parameters='{"properties":{"sides":{},"count":{}},"required":["sides"]}',
    asks=True,
    guardrails=("sane",),
)
SEARCH = ToolInfo(name="web_search", hosted=True, settings="search_context_size=medium")
TRIAGE = AgentInfo(
    name="Triage",
    model="m-1",
    input_guardrails=("homework",),
    output_guardrails=("pii", "tone"),
    tools=(ROLL, SEARCH, ToolInfo(name="ask_spanish", agent=2)),
    servers=(0, 1, 2),
    handoffs=(
        HandoffInfo(tool="transfer_to_billing", name="Billing", agent=1),
        HandoffInfo(tool="leave", name="Elsewhere"),
    ),
)
BILLING = AgentInfo(
    name="Billing",
    model="m-2",
    output_type="Bill",
    handoffs=(HandoffInfo(tool="transfer_to_triage", name="Triage", agent=0),),
)
SPANISH = AgentInfo(name="Spanish", model="m-3", servers=(0,))
SERVERS = (
    McpServerInfo(name="sums", place="stdio: python", listed=True, tools=(ToolInfo(name="add"),)),
    McpServerInfo(name="slow", place="http://h/mcp"),
    McpServerInfo(name="broken", listed=True, problem="McpError: gone"),
)
LOADED = AgentLoaded(
    at=0,
    agent="Triage",
    model="m-1",
    team=(TRIAGE, BILLING, SPANISH),
    mcp_servers=SERVERS,
    instructions="Be [bold]kind[/bold].",
)


def printed(card: RenderableType, width: int = 100) -> str:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(card)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def test_the_tree_shows_agents_tools_guardrails_and_servers() -> None:
    text = printed(agent_card(LOADED))
    tree = text[text.index("Triage · m-1") : text.index("\n\ninstructions")]
    assert tree == (
        "Triage · m-1\n"
        "├── input guardrails: homework\n"
        "├── output guardrails: pii, tone\n"
        "├── roll(sides, count?) (asks first, checked by sane)  Rolls a die.\n"
        "├── web_search (hosted)  search_context_size=medium\n"
        "├── ask_spanish\n"
        "│   └── Spanish · m-3\n"
        "│       └── MCP server sums (stdio: python)  1 tool\n"
        "│           └── add\n"
        "├── MCP server sums (stdio: python)  1 tool · shown above\n"
        "├── MCP server slow (http://h/mcp)  listing its tools\n"
        "├── MCP server broken  ✗ McpError: gone\n"
        "├── hands off: transfer_to_billing\n"
        "│   └── Billing · m-2 · answers Bill\n"
        "│       └── hands off: transfer_to_triage\n"
        "│           └── Triage · m-1 · shown above\n"
        "└── hands off: leave → Elsewhere"
    )
    assert "Be [bold]kind[/bold]." in text


@pytest.mark.parametrize(
    ("required", "shown"),
    [('["a"]', "(a, b?)"), ("null", "(a?, b?)"), ('"a"', "(a?, b?)"), ("{}", "(a?, b?)")],
)
def test_whatever_a_schema_says_is_required_the_parameters_are_shown(
    required: str, shown: str
) -> None:
    schema = f'{{"properties":{{"a":{{}},"b":{{}}}},"required":{required}}}'
    agent = AgentInfo(name="A", model="m", tools=(ToolInfo(name="dig", parameters=schema),))
    card = agent_card(AgentLoaded(at=0, agent="A", model="m", team=(agent,)))
    assert f"dig{shown}" in printed(card)


@pytest.mark.parametrize("width", [60, 30])
def test_no_word_of_the_tree_is_lost_in_a_narrow_terminal(width: int) -> None:
    text = printed(agent_card(LOADED), width).replace("│", " ")
    for word in ("search_context_size=medium", "transfer_to_billing", "McpError:", "homework"):
        assert word in text


def test_an_agent_of_an_older_worker_is_shown_without_a_tree() -> None:
    text = printed(agent_card(AgentLoaded(at=0, agent="Old", model="m")))
    assert "Old" in text
    assert "──" not in text


def test_an_agent_that_is_not_loaded_shows_why() -> None:
    problem = Problem(kind="agent", message="The MCP server sums", advice="Start it.", detail="log")
    text = printed(load_problem_card(problem))
    for words in ("The agent is not loaded.", "The MCP server sums", "Start it.", "log"):
        assert words in text
