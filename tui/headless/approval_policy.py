"""Answers a tool's question for approval: there is nobody to ask."""

import difflib

import msgspec

from tui.protocol.commands import Approve, Reject
from tui.protocol.events import AgentLoaded, ApprovalRequested


class ApprovalPolicy(msgspec.Struct, frozen=True):
    """``--approve none|all|NAME,…``: the tools that may run."""

    names: frozenset[str] = frozenset()
    all: bool = False

    def answer(self, asked: ApprovalRequested) -> Approve | Reject:
        """The answer to send."""
        if self.all or asked.name in self.names:
            return Approve(tool_call=asked.tool_call, run=asked.run)
        reason = f"{asked.name} needs approval, and --approve does not allow it"
        return Reject(tool_call=asked.tool_call, reason=reason, run=asked.run)

    def doubt(self, loaded: AgentLoaded) -> str:
        """What to say of names that no tool of the agents has; "" if all are known, or may be.

        Tools of MCP servers, and hosted ones, are not known yet.
        """
        tools = [tool for agent in loaded.team for tool in agent.tools]
        if not loaded.team or loaded.mcp_servers or any(tool.hosted for tool in tools):
            return ""
        known = {tool.name for tool in tools}
        unknown = sorted(self.names - known)
        if not unknown:
            return ""
        close = difflib.get_close_matches(unknown[0], known, 1)
        near = f" Did you mean {close[0]}?" if close else ""
        return f"--approve: the agent has no tool {' and no tool '.join(unknown)}.{near}"


def parsed(text: str) -> ApprovalPolicy:
    """From the option's value."""
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    if names == {"all"}:
        return ApprovalPolicy(all=True)
    return ApprovalPolicy(names - {"none"})
