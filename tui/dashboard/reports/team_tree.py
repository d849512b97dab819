"""The tree of `/agent`: every agent that can be reached, with what it can do. Pure."""

import json
from collections.abc import Iterator

from rich.text import Text
from rich.tree import Tree

from tui.core.formatting import counted, one_line
from tui.protocol.events import AgentInfo, AgentLoaded, HandoffInfo, McpServerInfo, ToolInfo


def team_tree(loaded: AgentLoaded) -> Tree:
    """The starting agent at the root; an agent that stands further up is only named."""
    return _TeamTree(loaded).tree()


class _TeamTree:
    def __init__(self, loaded: AgentLoaded) -> None:
        self._team = loaded.team
        self._servers = loaded.mcp_servers
        self._shown: set[int] = set()
        self._listed: set[int] = set()
        """Servers whose tools are shown."""

    def tree(self) -> Tree:
        root = Tree(_agent_line(self._team[0]), guide_style="dim")
        self._fill(root, 0)
        return root

    def _fill(self, branch: Tree, place: int) -> None:
        self._shown.add(place)
        agent = self._team[place]
        for line in _own_lines(agent):
            branch.add(line)
        for tool in agent.tools:
            self._add(branch.add(_tool_line(tool)), tool.agent)
        for server in agent.servers:
            self._add_server(branch, server)
        for handoff in agent.handoffs:
            self._add(branch.add(_handoff_line(handoff)), handoff.agent)

    def _add(self, branch: Tree, place: int | None) -> None:
        """Add an agent below the tool or the handoff that leads to it."""
        if place is None or place >= len(self._team):
            return
        line = _agent_line(self._team[place])
        if place in self._shown:
            branch.add(line.append(" · shown above", "dim"))
        else:
            self._fill(branch.add(line), place)

    def _add_server(self, branch: Tree, place: int) -> None:
        if place >= len(self._servers):
            return
        server, known = self._servers[place], place in self._listed
        self._listed.add(place)
        below = branch.add(_server_line(server, known=known))
        for tool in () if known else server.tools:
            below.add(_tool_line(tool))


def _agent_line(agent: AgentInfo) -> Text:
    line = Text(agent.name, "bold")
    answers = f"answers {agent.output_type}" if agent.output_type else ""
    return line.append("".join(f" · {one}" for one in (agent.model, answers) if one), "dim")


def _own_lines(agent: AgentInfo) -> Iterator[Text]:
    for label, names in (
        ("input guardrails", agent.input_guardrails),
        ("output guardrails", agent.output_guardrails),
    ):
        if names:
            yield Text(f"{label}: ", "dim").append(", ".join(names), "none")


def _tool_line(tool: ToolInfo) -> Text:
    line = Text(f"{tool.name}{_parameters(tool)}")
    marks = ["hosted"] if tool.hosted else []
    marks += ["asks first"] if tool.asks else []
    marks += [f"checked by {', '.join(tool.guardrails)}"] if tool.guardrails else []
    if marks:
        line.append(f" ({', '.join(marks)})", "dim")
    says = tool.settings or one_line(tool.description)
    return line.append(f"  {says}" if says else "", "dim")


def _handoff_line(handoff: HandoffInfo) -> Text:
    line = Text("hands off: ", "dim").append(handoff.tool, "none")
    return line if handoff.agent is not None else line.append(f" → {handoff.name}", "dim")


def _server_line(server: McpServerInfo, *, known: bool) -> Text:
    line = Text("MCP server ", "dim").append(server.name, "none")
    if server.place and server.place not in server.name:
        line.append(f" ({server.place})", "dim")
    if server.problem:
        return line.append(f"  ✗ {server.problem}", "bold")
    if not server.listed:
        return line.append("  listing its tools", "dim")
    count = len(server.tools)
    above = " · shown above" if known and count else ""
    return line.append(f"  {counted(count, 'tool')}{above}", "dim")


def _parameters(tool: ToolInfo) -> str:
    """``(sides, count?)``: those that may be left out have a question mark."""
    try:
        schema = json.loads(tool.parameters or "{}")
        names, required = list(schema["properties"]), schema.get("required")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ""
    # A server may say anything.
    needed = required if isinstance(required, list) else []
    return f"({', '.join(name if name in needed else f'{name}?' for name in names)})"
