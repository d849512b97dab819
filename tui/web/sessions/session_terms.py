"""What all sessions of a service have in common."""

from typing import Literal

import msgspec

from tui.core.metrics import Thresholds
from tui.core.sanitize.secrets import Masker
from tui.journal import Journal, Place
from tui.web.workers.worker_pool import WorkerPool


class ApprovalRule(msgspec.Struct, frozen=True):
    """``--approve ask|none|all|NAME,…``: which tools run without asking, and whether to ask."""

    names: frozenset[str] = frozenset()
    otherwise: Literal["ask", "approve", "reject"] = "ask"

    @classmethod
    def parsed(cls, text: str) -> "ApprovalRule":
        """From the option's value."""
        names = frozenset(name.strip() for name in text.split(",") if name.strip())
        if names == {"all"}:
            return cls(otherwise="approve")
        if names == {"none"}:
            return cls(otherwise="reject")
        return cls(names - {"ask", "none"}, "reject" if "none" in names else "ask")

    def answer(self, name: str) -> Literal["ask", "approve", "reject"]:
        return "approve" if name in self.names else self.otherwise


class SessionTerms(msgspec.Struct, frozen=True, kw_only=True):
    masker: Masker
    thresholds: Thresholds
    journal: Journal
    place: Place
    """Only sessions of this agent and folder are served."""
    workers: WorkerPool
    approvals: ApprovalRule = ApprovalRule()
