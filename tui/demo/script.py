"""What the scripted agents answer: a pure function of the conversation and of chance."""

import re
from dataclasses import dataclass
from random import Random
from statistics import mean
from typing import Literal

from tui.demo.faults import FAULTS
from tui.demo.intents import FEATS, FLIP, ROLL, TOOLS, Call, Intent, intent_of
from tui.demo.languages import ENGLISH, language_of
from tui.demo.model_input import Conversation, Use

Role = Literal["master", "storyteller"]
HANDOFFS = {"master": "transfer_to_storyteller", "storyteller": "transfer_to_game_master"}
DIFFICULTY = 10

_NAME = re.compile(
    r"\b(?:my name is|call me|(?:t[oô]i|m[iì]nh) t[eê]n(?: l[aà])?|t[eê]n (?:t[oô]i|m[iì]nh) l[aà])"
    r"\s+([^\W\d_]+)",
    re.IGNORECASE,
)
_FAULTY_CALLS = {
    "tool": (Call(ROLL, '{"sides":0}'),),
    "arguments": (Call(ROLL, '{"sides": tw'),),
    "loop": (Call(FLIP),) * 60,
}
"""The calls of a fault, one after the other; max turns ends the loop before its last call."""
_TEXTLESS = frozenset({"rate limit", "refused", "timeout", "server", "quota", "auth", "context"})
"""Faults that end an attempt before any text."""


@dataclass(frozen=True)
class Reply:
    """One response: reasoning, text and tool calls."""

    thought: str
    text: str
    calls: tuple[Call, ...] = ()
    fault: str = ""
    """The fault that is acted out meanwhile."""


def reply_of(role: Role, conversation: Conversation, random: Random) -> Reply:
    """Return what an agent answers to a model call's input."""
    intent = intent_of(conversation.prompt)
    script = _Script(conversation, random)
    # Only one handoff in a turn, so that the agents cannot pass the user to and fro.
    handoff = HANDOFFS[role]
    may_hand_off = all(use.tool != handoff for use in conversation.now)
    if role == "storyteller":
        back = may_hand_off and intent.kind not in {"story", "other"}
        return script.hand_off("back", handoff) if back else script.tale()
    if intent.kind == "fault":
        return script.fault(intent.fault)
    if intent.calls and not script.played:
        return script.play(intent)
    if intent.kind == "story":
        return script.hand_off("story", handoff) if may_hand_off else script.tale()
    return script.outcome(intent) if script.played else script.talk(intent)


class _Script:
    """The replies that one conversation can get."""

    def __init__(self, conversation: Conversation, random: Random) -> None:
        self.conversation = conversation
        self.random = random
        self.language = language_of(reversed(conversation.prompts))
        self.played = [use for use in conversation.now if use.tool in TOOLS]
        self.uses = conversation.earlier + conversation.now
        self.rolls = [use for use in self.uses if use.rolled]
        names = [found[1] for prompt in conversation.prompts if (found := _NAME.search(prompt))]
        self.name = names[-1] if names else ""

    def say(self, key: str, **values: object) -> str:
        phrase = self.language.phrases[key]
        chosen = phrase if isinstance(phrase, str) else self.random.choice(phrase)
        return chosen.format(**values)

    def hand_off(self, key: str, tool: str) -> Reply:
        return Reply(self.say(f"think_{key}"), self.say(key), (Call(tool),))

    def play(self, intent: Intent) -> Reply:
        what = " + ".join(call.die or self.say(f"label_{call.tool}") for call in intent.calls)
        text = self.say("play_feat" if intent.kind in FEATS else "play", what=what)
        thought = self.say("think_call" if len(intent.calls) == 1 else "think_calls", what=what)
        return Reply(thought, text, intent.calls)

    def outcome(self, intent: Intent) -> Reply:
        results = ", ".join(f"{use.tool} → {use.output}" for use in self.played)
        text = f"{self.results_text(intent.kind)}\n\n{self.say('next')}"
        return Reply(self.say("think_outcome", results=results), text)

    def results_text(self, kind: str = "") -> str:
        """Say what this turn's tools returned, the dice first."""
        rolls = [use for use in self.played if use.rolled]
        said = [self.rolled(rolls, kind)] if rolls else []
        for use in self.played:
            if not use.rolled:
                result, error = self.result(use), use.output.replace("\n", "\n> ")
                said.append(self.say(use.tool if result else "failed", result=result, error=error))
        return "\n\n".join(said)

    def rolled(self, rolls: list[Use], kind: str) -> str:
        numbers, sides = [use.rolled for use in rolls], rolls[0].sides
        if len(rolls) > 1:
            return self.say("roll_many", list=", ".join(map(str, numbers)), total=sum(numbers))
        if kind in FEATS:
            return self.say(f"{kind}_{'yes' if numbers[0] >= DIFFICULTY else 'no'}", n=numbers[0])
        return self.say(f"roll_{rolls[0].luck}", n=numbers[0], sides=sides)

    def result(self, use: Use) -> str:
        """Return a result in the user's language; "" when the call has none."""
        if use.rolled:
            return f"{use.rolled} (d{use.sides})"
        english, own = (known.results.get(use.tool, []) for known in (ENGLISH, self.language))
        return own[english.index(use.output)] if use.output in english else ""

    def talk(self, intent: Intent) -> Reply:
        kind = intent.kind
        if kind == "recall":
            return Reply(self.say("think_recall"), self.recalled(intent.about))
        if kind == "stats":
            return Reply(self.say("think_recall"), self.table(TOOLS) + self.average())
        key = "name_unknown" if kind == "name" and not self.name else kind
        greeted = self.say("greeted", name=self.name) if self.name else ""
        rows = "".join(f"| {f.name} | {f.happens} | `{f.prompt}` |\n" for f in FAULTS)
        text = self.say(key, name=self.name, greeted=greeted, rows=rows)
        return Reply(self.say("think_talk"), text)

    def recalled(self, tools: tuple[str, ...]) -> str:
        """Look back at the results of some tools, or at everything where none is named."""
        before = "".join(self.conversation.prompts[-2:-1]).split()
        quoted = self.say("recall_prompt", prompt=" ".join(before)[:120]) if before else ""
        return self.table(tools) if tools else f"{self.table(TOOLS)}\n\n{quoted}".strip()

    def table(self, tools: tuple[str, ...]) -> str:
        rows = ""
        for tool in TOOLS:
            results = [r for use in self.uses if use.tool == tool and (r := self.result(use))]
            if results and tool in tools:
                label, listed = self.say(f"label_{tool}"), ", ".join(results)
                rows += f"| {label} | {len(results)} | **{results[-1]}** | {listed} |\n"
        return self.say("recall" if rows else "recall_none", rows=rows)

    def average(self) -> str:
        if not self.rolls:
            return ""
        numbers = [use.rolled for use in self.rolls]
        return "\n" + self.say("average", average=f"{mean(numbers):.1f}", best=max(numbers))

    def tale(self) -> Reply:
        """Tell a tale in which the last roll of the conversation plays a part."""
        known = self.say("known_none")
        if self.rolls:
            last = self.rolls[-1]
            known = self.say(f"known_{last.luck}", n=last.rolled, sides=last.sides)
        text = self.say("tale", hero=self.name or self.say("hero"), known=known)
        return Reply(self.say("think_tale"), text)

    def fault(self, name: str) -> Reply:
        thought = "" if self.played else self.say("think_fault", fault=name)
        calls = _FAULTY_CALLS.get(name, ())
        if len(self.played) < len(calls):
            return Reply(thought, self.say(f"fault_{name}"), calls[:1], name)
        happens = next(fault.happens for fault in FAULTS if fault.name == name)
        after = self.say("fault_after", fault=name, happens=happens)
        if calls:
            text = self.results_text()
        elif name in {"refusal", "escape"}:
            text, after = self.say(f"fault_{name}"), ""
        else:
            text = self.say("fault_over" if name in _TEXTLESS else "fault_text")
        return Reply(thought, f"{text}\n\n{after}".strip(), fault=name)
