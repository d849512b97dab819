"""What the server keeps of the conversation, and where the next request continues.

The ledger keeps everything as well. A mark says how many of its items the server has. A turn sends
what comes after the last mark that still holds; so retries and resumed sessions stay right.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tui.protocol.events import ServerMark
from tui.protocol.events.worker_events import LEFT
from tui.worker.agent.options.run_options import RunOptions
from tui.worker.input_items import Item, compacted, is_output

OnServer = tuple[int, str]
"""How many items the server has, and after which response."""
MOST_MARKS = 8
"""How many are kept: a retry undoes one turn."""


@dataclass(frozen=True, slots=True)
class ServerInput:
    """What a run sends, and what the server adds before it."""

    items: list[Item]
    previous_response_id: str | None = None
    conversation_id: str | None = None
    auto_previous_response_id: bool = False
    partial: bool = False
    """The items are not the conversation, or not all of what would be sent to any server."""


@dataclass
class ServerState:
    conversation: str = ""
    first_response: str = ""
    chained: bool = False
    marks: list[ServerMark] = field(default_factory=list)

    @classmethod
    def of(cls, options: RunOptions) -> "ServerState":
        first = options.previous_response_id or ""
        return cls(
            conversation=options.conversation_id or "",
            first_response=first,
            chained=bool(first) or options.auto_previous_response_id,
        )

    @property
    def active(self) -> bool:
        return self.chained or bool(self.conversation and LEFT not in self.marks)

    def input_of(self, base: int, items: list[Item]) -> ServerInput:
        """Of all items of a turn, which begins after ``base`` items: those that are new."""
        if not self.active:
            return ServerInput(compacted(items))
        mark = next((one for one in reversed(self.marks) if one.items <= base), None)
        new = items[mark.items :] if mark is not None else compacted(items)
        if self.conversation:
            return ServerInput(new, conversation_id=self.conversation, partial=True)
        previous = mark.response if mark is not None else self.first_response
        return ServerInput(new, previous or None, auto_previous_response_id=True, partial=True)

    def responded(self, items: int, response: str) -> None:
        """The server has this many items since this response."""
        if self.active and (response or self.conversation):
            kept = [one for one in self.marks if one.items < items]
            mark = ServerMark(items=items, response=response, conversation=self.conversation)
            self.marks = [*kept, mark][-MOST_MARKS:]

    def keeps_after(self, items: int) -> bool:
        """Whether the server's conversation has more than this many, which cannot be undone."""
        return bool(self.conversation) and any(one.items > items for one in self.marks)

    def rewound(self, items: int) -> None:
        """Only this many items stay as they were."""
        self.marks = [one for one in self.marks if one.items <= items]

    def restore(self, marks: Sequence[ServerMark]) -> None:
        """Those of an earlier worker; marks of another conversation say nothing about this one."""
        same = [one for one in marks if self.active and one.conversation == self.conversation]
        self.marks = [LEFT] if LEFT in marks and self.conversation else same

    def leave(self) -> bool:
        """Start anew. Whether a conversation is left that stays on the server."""
        left = bool(self.conversation) and LEFT not in self.marks
        self.first_response = ""
        self.marks = [LEFT] if self.conversation else []
        return left

    def forget(self) -> None:
        """The server does not have it any more: the next turn sends everything."""
        self.first_response, self.marks = "", []


def before_outputs(items: Sequence[Item], added: int = 0) -> int:
    """How many of these the server has after a turn's last response.

    Not what came after it: outputs of tools, and ``added`` items that code made.
    """
    count = len(items) - added
    while count and is_output(items[count - 1]):
        count -= 1
    return count
