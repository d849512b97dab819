"""What is not an agent, said in a sentence of its own. Pure."""

import inspect
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import NamedTuple

from agents import Agent, FunctionTool, Handoff, InputGuardrail, OutputGuardrail

_ANY_AGENT = "It must be an Agent, or a function or async context manager that returns one."


class Refusal(NamedTuple):
    """``words`` follow the name: "is a RealtimeAgent, ..."."""

    words: str
    advice: str = _ANY_AGENT


_AUDIO = "Name an Agent of the agents package: streamtui shows agents that read and write text."
_BY_CLASS = {
    ("agents.run", "Runner"): Refusal(
        "is the Runner: streamtui runs the agent itself.", "Name the Agent that it is given."
    ),
    ("agents.realtime", "RealtimeAgent"): Refusal(
        "is a RealtimeAgent: it talks over a live audio session, not in turns.", _AUDIO
    ),
    ("agents.realtime", "RealtimeRunner"): Refusal(
        "is a RealtimeRunner: it talks over a live audio session, not in turns.", _AUDIO
    ),
    ("agents.voice", "VoicePipeline"): Refusal(
        "is a VoicePipeline: it turns speech into text and back.",
        "Name the Agent inside its workflow: streamtui shows what that reads and writes.",
    ),
    ("agents.voice", "SingleAgentVoiceWorkflow"): Refusal(
        "is the workflow of a VoicePipeline.",
        "Name the Agent that it was given: streamtui shows what that reads and writes.",
    ),
    ("swarm", "Swarm"): Refusal(
        "is a client of Swarm, which the OpenAI Agents SDK has replaced.",
        "Make an Agent of the agents package; handoffs are given as handoffs=[...].",
    ),
}


def refusal(value: object) -> Refusal:
    """Why this value cannot be run."""
    known = _by_class(value if inspect.isclass(value) else type(value))
    if known is not None:
        return known
    match value:
        case ModuleType():
            return Refusal(
                f"is a module, not an Agent ({value.__name__}).",
                "Name the agent inside it: module:attribute or file.py:attribute.",
            )
        case FunctionTool() | InputGuardrail() | OutputGuardrail() | Handoff():
            part = type(value).__name__
            return Refusal(f"is {a_(part)}, not an Agent.", "Name the agent that it belongs to.")
    return _of_many(value) or _of_kind(value)


def _of_kind(value: object) -> Refusal:
    if value is None:
        return Refusal("is None, not an Agent.")
    kind = value if inspect.isclass(value) else type(value)
    noun = "class" if inspect.isclass(value) else kind.__name__
    package = kind.__module__.partition(".")[0]
    of_others = kind.__name__ == "Agent" and package != "agents"
    foreign = f" of the OpenAI Agents SDK: it comes from {package}" if of_others else ""
    return Refusal(f"is {a_(noun)}, not an Agent{foreign}.")


def a_(noun: str) -> str:
    """The noun with its article."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def is_of_another_kind(value: object) -> bool:
    """Whether it is an agent, but of a kind that streamtui cannot run, and not a class."""
    return not inspect.isclass(value) and _by_class(type(value)) is not None


def _by_class(kind: type) -> Refusal | None:
    for one in kind.__mro__:
        for (module, name), words in _BY_CLASS.items():
            if one.__name__ == name and f"{one.__module__}.".startswith(f"{module}."):
                return words
    return None


def key_of_agent(value: object) -> str:
    """Where the first agent stands in a list, a tuple or a dict, as source; "" if there is none."""
    if not isinstance(value, list | tuple | Mapping):
        return ""
    pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
    return next((repr(key) for key, one in pairs if isinstance(one, Agent)), "")


def _of_many(value: object) -> Refusal | None:
    key = key_of_agent(value)
    if not key or not isinstance(value, Sequence | Mapping):
        return None
    given = value.values() if isinstance(value, Mapping) else value
    agents = [one.name for one in given if isinstance(one, Agent)]
    return Refusal(
        f"is a {type(value).__name__} of {len(agents)} agents, not an Agent: {', '.join(agents)}.",
        f"Give the one that starts a name of its own, as in  agent = NAME[{key}].",
    )
