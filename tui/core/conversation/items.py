"""The items of a conversation. They are frozen; a change makes a new one with the same key."""

from typing import Literal

import msgspec

from tui.core.formatting import counted
from tui.core.json_text import EDITED, brief_arguments
from tui.protocol.attachment_words import described
from tui.protocol.events import Attachment, Problem, Source, ToolSource

SpeechState = Literal["open", "done", "interrupted", "withdrawn"]

ToolState = Literal[
    "calling", "called", "waiting", "running",
    "ok", "error", "cancelled", "rejected", "unknown",
]  # fmt: skip
"""The first four are open. ``calling``: the arguments are still streaming; ``waiting``: for an
approval; ``unknown``: it started and was cut off, so it may have completed."""

OutputLevel = Literal["printed", "info", "warning"]

DECLINED = "declined to answer:"
"""What is said before a refusal, after the agent's name."""

OPEN_TOOL_STATES: frozenset[ToolState] = frozenset(("calling", "called", "waiting", "running"))


class _Item(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    """Unique within its kind, and the same from the item's first event to its last."""
    run: str = ""
    at: int = 0
    """When it began, in ns of the worker's clock."""
    wall: float = 0.0
    """The same in Unix seconds; 0 while no event has given the time of day."""


class UserMessage(_Item, frozen=True, kw_only=True):
    """A message from the user. It starts a run."""

    text: str


class FollowUp(msgspec.Struct, frozen=True, kw_only=True):
    """A message that waits for the end of the run."""

    key: str
    text: str
    """As it will be sent."""
    shown: str
    """The same with keys masked."""
    images: tuple[str, ...] = ()
    steers: bool = False
    """It is sent as soon as the running model call has ended."""
    held: bool = False
    """It was written for an answer that did not come, and waits until the user asks for it."""
    after_cancel: bool = False
    """It was written when the run was being cancelled already: it is sent however that ends."""


class Citation(msgspec.Struct, frozen=True):
    """A source of an answer; ``number`` counts those of a model call's attempt from 1."""

    number: int
    source: Source

    @property
    def title(self) -> str:
        """Nothing if the server named only an address."""
        return "" if self.source.title == self.source.url else self.source.title

    @property
    def where(self) -> str:
        """The address, or the provider's ids of a file."""
        source = self.source
        ids = (("container", source.container_id), ("file", source.file_id))
        return source.url or ", ".join(f"{what} {id_}" for what, id_ in ids if id_)

    def __str__(self) -> str:
        return f"[{self.number}] " + " — ".join(filter(None, (self.title, self.where)))


class Speech(_Item, frozen=True, kw_only=True):
    """One output part of one attempt. The changes hold its text."""

    kind: Literal["answer", "reasoning", "refusal"]
    call: str
    attempt: int
    agent: str = ""
    parent: str = ""
    """The tool call that runs the nested agent; "" for an agent at the top."""
    as_json: bool = False
    state: SpeechState = "open"
    note: str = ""
    """Why it was interrupted or withdrawn."""
    ended: int | None = None
    citations: tuple[Citation, ...] = ()
    phase: str = ""
    """What the model calls the message: ``commentary``, ``final_answer``; "" for nothing."""
    cached: bool = False
    """It comes from the cache."""

    @property
    def label(self) -> str:
        """What is said of it beside the agent's name; "" for nothing."""
        words = (self.phase.replace("_", " "), "cached" * self.cached)
        return " · ".join(filter(None, words))


class Media(_Item, frozen=True, kw_only=True):
    """A part of an answer that is neither text nor a refusal."""

    kind: str
    call: str = ""
    agent: str = ""
    parent: str = ""
    text: str = ""
    attachments: tuple[Attachment, ...] = ()

    @property
    def words(self) -> str:
        """What it is, on one line, and below that what it says."""
        facts = "; ".join(map(described, self.attachments))
        named = f"{self.agent or 'The model'} sent {self.kind}"
        return "\n".join(filter(None, (f"{named}: {facts}" if facts else named, self.text)))


class Attempt(_Item, frozen=True, kw_only=True):
    """One attempt of a model call."""

    call: str
    number: int = 1
    agent: str = ""
    parent: str = ""
    state: Literal["open", "ok", "failed", "cancelled"] = "open"
    cached: bool = False
    """The answer comes from the cache."""
    problem: Problem | None = None


class ToolCall(_Item, frozen=True, kw_only=True):
    """One tool call, from the first piece of its arguments to its end."""

    name: str = ""
    arguments: str = ""
    call: str = ""
    """The model call that requested it."""
    agent: str = ""
    parent: str = ""
    depth: int = 0
    """Nesting depth: how many calls it is inside: of nested agents, or of programs."""
    top: bool = True
    """An agent at the top made it, itself or by its program."""
    source: ToolSource = ToolSource()
    hosted: bool = False
    handoff: bool = False
    state: ToolState = "calling"
    began: int | None = None
    """When the tool's own code started, in ns of the worker's clock."""
    ended: int | None = None
    lost: bool = False
    """Nobody saw it end: it ran until ``ended`` or longer."""
    progress: str = ""
    """While it runs at the provider: how far it is, in the provider's words."""
    output: str = ""
    """Of a long one, the beginning: see `whole_output`."""
    more: int = 0
    """How many characters of the output came after that, or are to come."""
    rest: tuple[str, ...] = ()
    """These, in pieces, when all of them have come."""
    attachments: tuple[Attachment, ...] = ()
    """Pictures and files that it made; previews of pictures while it runs."""
    problem: Problem | None = None
    asked: bool = False
    """The person was asked for approval."""
    refused: bool = False
    """The person said no."""
    cached: bool = False
    """The answer that calls it comes from the cache; the tool itself runs."""
    edited: str = ""
    """What the tool got instead of the model's arguments: the person has changed them."""
    approval: bool = False
    """It is no call, but a provider's question whether it may make one."""
    guardrail: str = ""
    """The guardrail that rejected the call, or replaced its output."""
    sent: str = ""
    """What the model got instead of the output, if a guardrail replaced it."""
    blocks: bool = False
    """It blocks the agent's event loop."""
    note: str = ""
    """Why it was settled, if no end was reported."""

    @property
    def open(self) -> bool:
        return self.state in OPEN_TOOL_STATES

    @property
    def whole_output(self) -> str:
        """All of the output, however long, as far as it is here."""
        if self.rest or not self.more:
            return "".join((self.output, *self.rest))
        return f"{self.output}\n… ({counted(self.more, 'more character')} did not arrive)"

    @property
    def brief_output(self) -> str:
        """The output, of a long one the beginning, with a mark that says so."""
        if not self.more:
            return self.output
        return f"{self.output}\n… ({counted(self.more, 'more character')})"

    @property
    def label(self) -> str:
        """Its name as it is shown: with its MCP server, or its namespace."""
        source = self.source
        if source.server:
            return f"{source.server} › {source.server_tool or self.name}"
        # A tool that is alone in its namespace has the namespace's name.
        if source.namespace and source.namespace != self.name:
            return f"{source.namespace}.{self.name}"
        return self.name

    @property
    def brief(self) -> str:
        """What the tool gets, on one line; a mark where the person has changed the arguments."""
        brief = brief_arguments(self.edited or self.arguments)
        return EDITED + brief if self.edited else brief

    @property
    def origin(self) -> str:
        """Where the tool comes from, in words; "" for a plain function."""
        source = self.source
        parts = (
            source.title,
            source.server and f"MCP server {source.server}",
            source.server_tool and f"called {self.name} by the model",
            source.namespace and f"namespace {source.namespace}",
            source.agent and f"the agent {source.agent} as a tool",
            "called by a cached answer" * self.cached,
        )
        return " · ".join(filter(None, parts))

    @property
    def outcome(self) -> str:
        """Its state in words that name who is behind it."""
        if self.state != "rejected":
            return "ok, output replaced" if self.sent else self.state
        if self.guardrail:
            return f"rejected by the guardrail {self.guardrail}"
        return "rejected by you" if self.refused else "rejected"

    def elapsed(self, now: int) -> int | None:
        """Nanoseconds that the tool took, or has taken so far.

        None if it never started, or nobody saw it end.
        """
        if self.began is None or self.lost:
            return None
        return (self.ended if self.ended is not None else now) - self.began


class Handoff(_Item, frozen=True, kw_only=True):
    """Another agent takes over. It replaces the tool call ``call`` that requested it."""

    previous: str
    agent: str
    call: str = ""


class Notice(_Item, frozen=True, kw_only=True):
    """A line about the run or the agent. For ``cancelled``, ``text`` is the reason, if any."""

    kind: Literal["cancelled", "guardrail", "left_behind", "loaded", "note", "own", "compacted"]
    text: str = ""
    offer: Literal["", "retry", "restart"] = ""
    """What the user can do now: retry the run, or restart the worker."""
    lost: bool = False
    """Nobody cancelled: the run was cut off when its dashboard was killed."""


class Failure(_Item, frozen=True, kw_only=True):
    """What went wrong, and what to do."""

    problem: Problem
    cause: Literal["run", "worker", "load"]
    can_continue: bool = False


class OutputLine(_Item, frozen=True, kw_only=True):
    """A line that code printed (``printed``), or a message for the tool log."""

    text: str
    level: OutputLevel = "printed"
    source: Literal["", "span"] = ""
    """``span``: it tells what happened in the run."""


Item = UserMessage | Speech | Media | Attempt | ToolCall | Handoff | Notice | Failure | OutputLine


class Change(msgspec.Struct, frozen=True):
    """What one event did to one item.

    ``began``: it is new. ``grew``: ``text`` was appended. ``replaced``: ``text`` is its whole text
    now. ``recast``: the same, of an answer that turned out to be reasoning, and is. ``updated``: a
    field changed. ``ended``: it is settled. ``removed``: it is removed, and everything after it in
    the chat too. ``restored``: of a message, it is there again at the end, and with it everything
    that was removed with it.
    """

    kind: Literal["began", "grew", "replaced", "recast", "updated", "ended", "removed", "restored"]
    item: Item
    text: str = ""
