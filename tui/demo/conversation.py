"""What the scripted model knows: the input items of a model call, read into plain data."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from tui.demo.fold import folded
from tui.protocol.recovery_text import INTERRUPTED_MARK, RECOVERY_PROMPT

Item = Mapping[str, object]

ROLL, FLIP, MAGIC = "roll_dice", "flip_coin", "magic_answer"

_NAMED = re.compile(
    r"\b(?:my name is|call me|toi ten la|ten toi la|ten minh la|minh ten la|minh ten|me llamo|"
    r"je m'appelle|ich heisse)\s+([^\W\d_]+)"
)


@dataclass(frozen=True)
class Use:
    """One tool call and what came of it."""

    call_id: str
    tool: str
    sides: int = 0
    """Of the die; 0 where there is none."""
    output: str | None = None
    """None: not known."""

    @property
    def rolled(self) -> int | None:
        """The number on the die, when the tool gave one."""
        good = self.tool == ROLL and self.output is not None and self.output.strip().isdecimal()
        return int(self.output or "") if good else None


@dataclass(frozen=True)
class Conversation:
    """A model call's input. A turn begins with each message of the person."""

    prompts: tuple[str, ...] = ()
    """What the person has typed, the latest last."""
    earlier: tuple[Use, ...] = ()
    """Tool calls of earlier turns."""
    now: tuple[Use, ...] = ()
    """Tool calls of this turn."""
    spoken: str = ""
    """What the model has already said since the last tool call of this turn."""
    characters: int = 0
    """The length of all that was sent."""

    @property
    def prompt(self) -> str:
        return self.prompts[-1] if self.prompts else ""

    @property
    def uses(self) -> tuple[Use, ...]:
        return self.earlier + self.now

    @property
    def name(self) -> str:
        """What the person said they are called, as they wrote it; "" when they did not."""
        return next((name for prompt in reversed(self.prompts) if (name := _name_in(prompt))), "")


def read(items: str | Sequence[Item]) -> Conversation:
    """Read a model call's ``input``."""
    if isinstance(items, str):
        return Conversation(prompts=(_whole(items),), characters=len(items))
    starts = [i for i, item in enumerate(items) if _is_prompt(item)]
    turn = starts[-1] if starts else 0
    earlier, now = items[:turn], items[turn:]
    return Conversation(
        prompts=tuple(_whole(_text(items[i].get("content"))) for i in starts),
        earlier=_uses(earlier),
        now=_uses(now),
        spoken=_spoken(now),
        characters=sum(len(_text_of_item(item)) for item in items),
    )


def _is_prompt(item: Item) -> bool:
    """The request to go on after a cut belongs to the turn that was cut."""
    return item.get("role") == "user" and _text(item.get("content")) != RECOVERY_PROMPT


def _whole(text: str) -> str:
    """Replace lone surrogates, which no model could send back."""
    return text.encode(errors="replace").decode()


def _uses(items: Sequence[Item]) -> tuple[Use, ...]:
    outputs = {
        str(item.get("call_id")): _text(item.get("output"))
        for item in items
        if item.get("type") == "function_call_output"
    }
    return tuple(
        Use(
            call_id=(call_id := str(item.get("call_id"))),
            tool=str(item.get("name")),
            sides=_sides(str(item.get("arguments"))),
            output=outputs.get(call_id),
        )
        for item in items
        if item.get("type") == "function_call"
    )


def _sides(arguments: str) -> int:
    try:
        found = msgspec.json.decode(arguments)
    except msgspec.DecodeError:
        return 0
    sides = found.get("sides") if isinstance(found, dict) else None
    return sides if isinstance(sides, int) else 0


def _spoken(items: Iterable[Item]) -> str:
    said: list[str] = []
    for item in items:
        if item.get("role") == "assistant":
            said.append(_text(item.get("content")).removesuffix(INTERRUPTED_MARK))
        elif item.get("type") == "function_call_output":
            said.clear()
    return "".join(said)


def _text_of_item(item: Item) -> str:
    return "".join(_text(item.get(key)) for key in ("content", "arguments", "output"))


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        return _text(content.get("text"))
    if isinstance(content, Sequence) and not isinstance(content, bytes):
        return "".join(map(_text, content))
    return ""


def _name_in(prompt: str) -> str:
    found = _NAMED.search(folded(prompt))
    if found is None:
        return ""
    return next((w for w in re.findall(r"\w+", prompt) if folded(w) == found[1]), found[1].title())
