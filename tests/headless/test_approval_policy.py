"""What is said of names that ``--approve`` allows."""

import pytest

from tui.headless.approval_policy import parsed
from tui.protocol.events import AgentLoaded
from tui.protocol.events.agent_info import AgentInfo, McpServerInfo, ToolInfo

TEAM = (
    AgentInfo(name="Ann", tools=(ToolInfo(name="add"),)),
    AgentInfo(name="Bob", tools=(ToolInfo(name="launch"),)),
)
SEARCH = AgentInfo(name="Cid", tools=(ToolInfo(name="web_search", hosted=True),))


def loaded(**fields: object) -> AgentLoaded:
    return AgentLoaded(at=1, agent="Ann", model="m", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("none", ""),
        ("all", ""),
        ("add, launch", ""),
        ("ad", "--approve: the agent has no tool ad. Did you mean add?"),
        ("fly,walk", "--approve: the agent has no tool fly and no tool walk."),
    ],
)
def test_names_that_no_agent_of_the_team_has(names: str, said: str) -> None:
    assert parsed(names).doubt(loaded(team=TEAM)) == said


@pytest.mark.parametrize(
    "agent",
    [
        loaded(),
        loaded(team=TEAM, mcp_servers=(McpServerInfo(name="files"),)),
        loaded(team=(*TEAM, SEARCH)),
    ],
)
def test_tools_that_are_not_known_yet_are_not_doubted(agent: AgentLoaded) -> None:
    assert not parsed("fly").doubt(agent)
