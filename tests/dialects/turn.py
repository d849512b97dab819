"""What a model says in one answer, before a server puts it into its dialect."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tests.support.provider import ToolCall


@dataclass(frozen=True, slots=True)
class Turn:
    thoughts: Sequence[str] = ()
    words: Sequence[str] = ()
    calls: Sequence[ToolCall] = ()
    fails: bool = False
    """The server fails after the first word."""

    @property
    def thought(self) -> str:
        return "".join(self.thoughts)

    @property
    def said(self) -> str:
        return "".join(self.words)


@dataclass(frozen=True, slots=True)
class Counts:
    """The tokens that the screen may show; None: this server does not report it."""

    input: int | None = None
    output: int | None = None
    cached: int | None = None
    reasoning: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """How an error in mid-stream is to be understood."""

    kind: str
    code: str
    words: str
    """The server's own words, which the message must have."""
    retry: Literal["after_partial", "manual", "never"] = "after_partial"

    @property
    def retried(self) -> bool:
        return self.retry == "after_partial"


ASKING = Turn(
    thoughts=["I need", " both", " of them."],
    words=["Let me", " see."],
    calls=[ToolCall("weather", {"city": "Hue"}), ToolCall("clock", {"zone": "UTC"})],
)
ANSWERING = Turn(thoughts=["Now", " I know."], words=["It is", " 31°", " at noon."])
FAILING = Turn(words=["It", " is"], fails=True)
