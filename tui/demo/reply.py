"""What the scripted agents answer: a pure function of the conversation and of chance."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal

import msgspec

from tui.demo import outcome, recollection, tale
from tui.demo.conversation import FLIP, MAGIC, ROLL, Conversation, Use
from tui.demo.faults import FAULTS
from tui.demo.intents import Wish, wish_of
from tui.demo.language import Language, language_of
from tui.demo.phrases import RICH, say

Role = Literal["master", "storyteller"]

MOST_LOOPS = 60
"""Where the fault "loop" ends when nothing else ends it."""


@dataclass(frozen=True)
class Call:
    """A tool call; ``arguments`` is the JSON that is sent."""

    tool: str
    arguments: str = "{}"


@dataclass(frozen=True)
class Reply:
    """One response of the model: it thinks, says something and may call tools."""

    text: str
    thought: str = ""
    calls: tuple[Call, ...] = ()
    refusal: bool = False
    fault: str = ""
    """The name of the fault that is acted out meanwhile."""


@dataclass(frozen=True)
class Part:
    """Who speaks, to whom, and with what at hand."""

    role: Role
    conversation: Conversation
    random: Random
    handoff: str = ""
    """The tool that hands over to the other agent; "" where there is none."""
    tools: frozenset[str] = frozenset({ROLL, FLIP, MAGIC})

    @property
    def language(self) -> Language:
        return language_of(reversed(self.conversation.prompts))

    @property
    def thinking(self) -> Language:
        return self.language if self.language in RICH else "en"

    @property
    def played(self) -> tuple[Use, ...]:
        """What this turn's tools gave, handoffs aside."""
        return tuple(use for use in self.conversation.now if use.tool in (ROLL, FLIP, MAGIC))

    @property
    def may_hand_over(self) -> bool:
        """Not a second time in one turn: two agents must not pass the person to and fro."""
        return bool(self.handoff) and all(u.tool != self.handoff for u in self.conversation.now)

    def say(self, key: str, **values: object) -> str:
        return say(self.language, key, self.random, **values)

    def think(self, key: str, **values: object) -> str:
        return say(self.thinking, f"think.{key}", self.random, **values)


def reply_of(part: Part) -> Reply:
    """Give what an agent answers to a model call's input."""
    wish = wish_of(part.conversation.prompt)
    if part.role == "storyteller":
        return _storyteller(part, wish)
    if wish.intent == "fault":
        return _fault(part, wish)
    if part.played:
        return _after_tools(part, wish)
    if wish.calls and _tools_of(wish) <= part.tools:
        return _play(part, wish)
    if wish.intent == "story":
        return _hand_over_or_tell(part)
    return _talk(part, wish)


def _storyteller(part: Part, wish: Wish) -> Reply:
    if wish.intent in ("story", "other") or not part.may_hand_over:
        return _tale_of(part)
    return Reply(part.say("before.back"), part.think("back"), (Call(part.handoff),))


def _after_tools(part: Part, wish: Wish) -> Reply:
    if wish.intent == "story":
        return _hand_over_or_tell(part)
    thought = part.think("outcome", results=outcome.results(part.played))
    said = outcome.told(part.language, part.random, wish, part.played)
    return Reply(f"{said}\n\n{part.say('next')}", thought)


def _play(part: Part, wish: Wish) -> Reply:
    dice = _dice_in_words(wish.dice)
    kind = _kind(wish)
    what = _what_is_called(part, wish)
    return Reply(
        part.say(f"before.{kind}", dice=dice),
        part.think(kind, dice=dice, what=what),
        (
            *(Call(ROLL, _json({"sides": sides})) for sides in wish.dice),
            *(Call(FLIP) for _ in range(wish.coins)),
            *(Call(MAGIC) for _ in range(wish.magic)),
        ),
    )


def _kind(wish: Wish) -> str:
    if wish.feat:
        return "feat"
    kinds = [
        name
        for name, wanted in (("dice", wish.dice), ("coin", wish.coins), ("magic", wish.magic))
        if wanted
    ]
    return kinds[0] if len(kinds) == 1 else "several"


def _dice_in_words(dice: tuple[int, ...]) -> str:
    """Give "d20", "3d6" or "d6 + d8"."""
    kinds = dict.fromkeys(dice)
    return " + ".join(
        f"{count}d{sides}" if (count := dice.count(sides)) > 1 else f"d{sides}" for sides in kinds
    )


def _what_is_called(part: Part, wish: Wish) -> str:
    """List what will be called, in the language of the thoughts."""
    what = [_dice_in_words(wish.dice)] if wish.dice else []
    what += [say(part.thinking, "what.coin", part.random)] if wish.coins else []
    what += [say(part.thinking, "what.magic", part.random)] if wish.magic else []
    return say(part.thinking, "and", part.random).join(what)


def _tools_of(wish: Wish) -> frozenset[str]:
    wanted = ((ROLL, wish.dice), (FLIP, wish.coins), (MAGIC, wish.magic))
    return frozenset(tool for tool, calls in wanted if calls)


def _hand_over_or_tell(part: Part) -> Reply:
    if not part.may_hand_over:
        return _tale_of(part)
    return Reply(part.say("before.story"), part.think("story"), (Call(part.handoff),))


def _tale_of(part: Part) -> Reply:
    """Tell a tale in which the dice of the conversation have their place."""
    known = tale.thought(part.thinking, part.conversation)
    return Reply(
        tale.told(part.language, part.conversation, part.random),
        part.think("tale", known=known),
    )


def _talk(part: Part, wish: Wish) -> Reply:
    conversation, language = part.conversation, part.language
    told: dict[str, Callable[[], str]] = {
        "recall": lambda: recollection.told(language, conversation, part.random, wish.about),
        "stats": lambda: recollection.counted(language, conversation, part.random),
        "name": lambda: recollection.named(language, conversation, part.random),
        "faults": lambda: _fault_table(part),
    }
    thought = wish.intent if wish.intent in ("recall", "stats", "rules", "code") else "talk"
    if language not in RICH and wish.intent in ("stats", "rules", "code", "name", "who", "other"):
        return Reply(part.say("limited"), part.think("talk"))
    if wish.intent in told:
        return Reply(told[wish.intent](), part.think(thought))
    name = part.say("name", name=conversation.name) if conversation.name else ""
    return Reply(part.say(wish.intent, name=name), part.think(thought))


def _fault_table(part: Part) -> str:
    rows = "".join(f"| {name} | {happens} | `{prompt}` |\n" for name, happens, prompt in FAULTS)
    return part.say("faults") + rows


_BEFORE_ANYTHING = frozenset({
    "rate limit", "refused", "timeout", "server", "quota", "auth", "context",
})  # fmt: skip
_FAULTY_CALLS = {
    "tool": Call(ROLL, '{"sides":0}'),
    "arguments": Call(ROLL, '{"sides": tw'),
    "loop": Call(FLIP),
}


def _fault(part: Part, wish: Wish) -> Reply:
    happens = next(fault.happens for fault in FAULTS if fault.name == wish.fault)
    call = _FAULTY_CALLS.get(wish.fault)
    repeats = MOST_LOOPS if wish.fault == "loop" else 1
    thought = "" if part.played else part.think("fault", fault=wish.fault)
    after = part.say("fault.recovered", fault=wish.fault, happens=happens)
    if call and call.tool in part.tools and len(part.played) < repeats:
        return Reply(part.say(f"before.fault.{wish.fault}"), thought, (call,), fault=wish.fault)
    if call and part.played:
        said = outcome.told(part.language, part.random, wish, part.played)
        return Reply(said + after, thought, fault=wish.fault)
    if wish.fault in ("refusal", "escape"):
        said = part.say(f"fault.{wish.fault}")
        return Reply(said, thought, refusal=wish.fault == "refusal", fault=wish.fault)
    if wish.fault in _BEFORE_ANYTHING:
        said = part.say("fault.again", fault=wish.fault, happens=happens)
        return Reply(said, thought, fault=wish.fault)
    return Reply(part.say("fault.tale") + after, thought, fault=wish.fault)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
