"""What is sent for an answer: its pieces, its calls with their ids, its usage."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.support.provider.faults import IncompleteAfter
from tests.support.provider.pieces import token_like_pieces
from tests.support.provider.script import Answer, RawItem, ToolKind, Usage


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call with the id and the argument pieces that will be sent."""

    id: str
    name: str
    pieces: Sequence[str]
    kind: ToolKind = "function"
    whole: str = ""
    """The arguments of a call that is not streamed."""

    @property
    def arguments(self) -> str:
        return "".join(self.pieces) or self.whole


@dataclass(frozen=True, slots=True)
class Parts:
    """The pieces of an answer in the order of sending; ``text`` is the final text."""

    number: int
    reasoning: Sequence[str]
    text_pieces: Sequence[str]
    text: str
    refusal_pieces: Sequence[str]
    calls: Sequence[Call]
    raw: Sequence[RawItem] = ()
    incomplete: str | None = None
    usage: Usage | None = None

    @property
    def refusal(self) -> str:
        return "".join(self.refusal_pieces)

    @property
    def has_message(self) -> bool:
        """Whether there is a message item; an answer without any content has an empty one."""
        return bool(self.text_pieces or self.refusal_pieces) or not (
            self.calls or self.reasoning or self.raw
        )

    @property
    def delta_count(self) -> int:
        calls = sum(len(call.pieces) for call in self.calls)
        return len(self.reasoning) + len(self.text_pieces) + len(self.refusal_pieces) + calls


def parts_of(answer: Answer, number: int) -> Parts:
    """The parts of the answer to request ``number``, cut short when its fault says so."""
    pieces = answer.sent_text_pieces
    whole = Parts(
        number=number,
        reasoning=answer.reasoning,
        text_pieces=pieces,
        text="".join(answer.text_pieces),
        raw=answer.items,
        refusal_pieces=token_like_pieces(answer.refusal),
        calls=[
            Call(
                call.id or f"call_{number:04d}_{index}",
                call.name,
                call.pieces,
                call.kind,
                "" if call.pieces else call.arguments_text,
            )
            for index, call in enumerate(answer.tool_calls)
        ],
    )
    if isinstance(answer.fault, IncompleteAfter):
        whole = _cut(whole, answer.fault)
    return replace(whole, usage=_usage(answer, whole))


def _cut(parts: Parts, fault: IncompleteAfter) -> Parts:
    left = fault.after

    def take(pieces: Sequence[str]) -> Sequence[str]:
        nonlocal left
        taken = pieces[:left]
        left -= len(taken)
        return taken

    reasoning, text, refusal = (
        take(pieces) for pieces in (parts.reasoning, parts.text_pieces, parts.refusal_pieces)
    )
    return Parts(
        number=parts.number,
        reasoning=reasoning,
        text_pieces=text,
        text="".join(text),
        refusal_pieces=refusal,
        calls=[replace(call, pieces=take(call.pieces)) for call in parts.calls if left],
        incomplete=fault.reason,
    )


def _usage(answer: Answer, parts: Parts) -> Usage | None:
    if answer.usage != "auto":
        return answer.usage
    return Usage(output=parts.delta_count, reasoning=len(parts.reasoning))
