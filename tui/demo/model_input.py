"""The input items of a model call, read into plain data."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui.protocol.recovery_text import INTERRUPTED_MARK, RECOVERY_PROMPT

Item = Mapping[str, object]


@dataclass(frozen=True)
class Use:
    """One tool call and its result."""

    tool: str
    sides: int
    """Of the die; 0 where there is none."""
    output: str

    @property
    def rolled(self) -> int:
        """The number on the die; 0 where there is none."""
        return int(self.output) if self.sides and self.output.isdecimal() else 0

    @property
    def luck(self) -> str:
        return "high" if self.rolled * 2 > self.sides else "low"


@dataclass(frozen=True)
class Conversation:
    """A model call's input. A turn begins with each message of the user."""

    prompts: list[str]
    earlier: list[Use]
    """Tool calls of earlier turns."""
    now: list[Use]
    """Tool calls of this turn."""
    spoken: str
    """What the model has already said since the last tool call of this turn."""
    characters: int
    """The length of all text in the input."""

    @property
    def prompt(self) -> str:
        return self.prompts[-1] if self.prompts else ""


def read(items: str | Sequence[Item]) -> Conversation:
    """Read a model call's ``input``."""
    if isinstance(items, str):
        items = [{"role": "user", "content": items}]
    texts = [_text(item) for item in items]
    starts = [i for i, item in enumerate(items) if _starts_turn(item)]
    turn = starts[-1] if starts else 0
    return Conversation(
        prompts=[texts[i] for i in starts],
        earlier=_uses(items[:turn]),
        now=_uses(items[turn:]),
        spoken=_spoken(items[turn:]),
        characters=sum(map(len, texts)),
    )


def _starts_turn(item: Item) -> bool:
    """A request to continue a cut answer belongs to the turn of that answer."""
    return item.get("role") == "user" and _text(item) != RECOVERY_PROMPT


def _uses(items: Sequence[Item]) -> list[Use]:
    outputs = {str(item.get("call_id")): _text(item) for item in items if "output" in item}
    return [
        Use(str(item.get("name")), _sides(item), outputs.get(str(item.get("call_id")), ""))
        for item in items
        if item.get("type") == "function_call"
    ]


def _sides(call: Item) -> int:
    found = re.fullmatch(r'\{"sides": *(\d+)\}', _text(call))
    return int(found[1]) if found else 0


def _spoken(items: Sequence[Item]) -> str:
    said = ""
    for item in items:
        if "output" in item:
            said = ""
        elif item.get("role") == "assistant":
            said += _text(item).removesuffix(INTERRUPTED_MARK)
    return said


def _text(content: object) -> str:
    """Join the text of an item, a part, a string or a list of them.

    Diacritics are composed; lone surrogates, which no stream can carry, are replaced.
    """
    if isinstance(content, str):
        return unicodedata.normalize("NFC", content).encode(errors="replace").decode()
    if isinstance(content, Mapping):
        content = [content.get(key) for key in ("content", "text", "arguments", "output")]
    return "".join(map(_text, content)) if isinstance(content, list) else ""
