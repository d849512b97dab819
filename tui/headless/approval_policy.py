"""Answers a tool's question for approval: there is nobody to ask."""

import msgspec

from tui.protocol.commands import Approve, Reject
from tui.protocol.events import ApprovalRequested


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


def parsed(text: str) -> ApprovalPolicy:
    """From the option's value."""
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    if names == {"all"}:
        return ApprovalPolicy(all=True)
    return ApprovalPolicy(names - {"none"})
