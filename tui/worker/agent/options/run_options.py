"""What an agent brings along: arguments of ``Runner.run_streamed``, from its own module.

An agent's module may have a dict ``streamtui``, and ``--run`` may name another one. Keys are names
of arguments; values are objects, or functions without parameters that make them.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any, NamedTuple, cast

from agents import Agent, RunErrorHandlers, RunHooks
from agents.lifecycle import AgentHooksBase, RunHooksBase
from agents.memory import Session
from agents.run import DEFAULT_MAX_TURNS

from tui.protocol.worker_settings import RunData
from tui.worker.agent.load_error import LoadError

ATTRIBUTE = "streamtui"
"""The name of the dict in an agent's module."""
SESSION_METHODS = ("get_items", "add_items", "pop_item", "clear_session")
ERROR_HANDLERS = tuple(RunErrorHandlers.__annotations__)
KEYS: Mapping[str, str] = {
    "agent": "an Agent",
    "context": "any object",
    "run_config": "a RunConfig or a dict of its fields",
    "hooks": "a RunHooks",
    "session": f"a Session, with the methods {', '.join(SESSION_METHODS)}",
    "max_turns": "a whole number at least 1, or None for no limit",
    "error_handlers": f"a dict of functions with the keys {', '.join(ERROR_HANDLERS)}",
    "previous_response_id": "text",
    "conversation_id": "text",
    "auto_previous_response_id": "True or False",
}
"""What each key may hold, in words."""
_WHO_KEEPS = ("session", "previous_response_id", "conversation_id", "auto_previous_response_id")
"""Who keeps the conversation, besides us: only one of them can."""
_OTHER_NAMES = {"starting_agent": "agent", "error_handler": "error_handlers"}
_NOT_TAKEN = {"input": "The input is what you type."}


class Given(NamedTuple):
    """A value, and where it was written, for errors."""

    value: object
    place: str


@dataclass(frozen=True)
class RunOptions:
    """The arguments of a run, apart from its agent, its input and its configuration."""

    max_turns: int | None = DEFAULT_MAX_TURNS
    hooks: RunHooks[Any] | None = None
    session: Session | None = None
    error_handlers: RunErrorHandlers[Any] = field(default_factory=RunErrorHandlers[Any])
    previous_response_id: str | None = None
    conversation_id: str | None = None
    auto_previous_response_id: bool = False

    def beside(self) -> "RunOptions":
        """For a run with a conversation of its own, which no one else keeps."""
        return replace(self, session=None, conversation_id=None)

    @property
    def server_keeps(self) -> bool:
        """The server keeps the messages, and gets only new ones."""
        return bool(
            self.conversation_id or self.previous_response_id or self.auto_previous_response_id
        )

    def all_sent(self) -> "RunOptions":
        """For servers that keep nothing."""
        return replace(
            self,
            conversation_id=None,
            previous_response_id=None,
            auto_previous_response_id=False,
        )

    def described(self) -> tuple[tuple[str, str], ...]:
        """What is not as the SDK has it by default: names and words."""
        said = {
            "model calls per message": (
                "no limit" if self.max_turns is None else f"at most {self.max_turns}"
            )
            if self.max_turns != DEFAULT_MAX_TURNS
            else "",
            "hooks": type(self.hooks).__name__ if self.hooks is not None else "",
            "error handlers": ", ".join(self.error_handlers),
            "session": session_name(self.session) if self.session is not None else "",
            "server's conversation": self.conversation_id or "",
            "continues response": self.previous_response_id or "",
            "messages are kept by": "the server" if self.auto_previous_response_id else "",
        }
        return tuple((name, words) for name, words in said.items() if words)


def session_name(session: Session) -> str:
    return str(getattr(session, "session_id", "") or type(session).__name__)


def options_of(value: object, place: str) -> dict[str, Given]:
    """The dict of a module or of ``--run``, by key. Raise `LoadError` for unknown keys."""
    if isinstance(value, ModuleType):
        # ``import streamtui`` in the agent's module.
        return {}
    if not isinstance(value, Mapping):
        raise LoadError(
            f"{place} is a {type(value).__name__}, not a dict.",
            f"Write {ATTRIBUTE} = {{...}} with any of: {', '.join(KEYS)}.",
        )
    for key in value:
        if key not in KEYS:
            raise LoadError(f"{place} has an unknown key {key!r}.", _known_keys(key))
    return {key: Given(each, f"{place}[{key!r}]") for key, each in value.items()}


def merged(layers: list[dict[str, Given]]) -> dict[str, Given]:
    """The first layer that has a key decides it; ``_WHO_KEEPS`` are decided together."""
    found: dict[str, Given] = {}
    keepers: set[str] = set()
    for layer in layers:
        keepers = keepers or {key for key in _WHO_KEEPS if _is_set(layer.get(key))}
        for key, given in layer.items():
            if key not in _WHO_KEEPS or key in keepers:
                found.setdefault(key, given)
    _check_keepers(found)
    return found


def _is_set(given: Given | None) -> bool:
    return given is not None and given.value is not None and given.value is not False


def from_data(data: RunData, place: str) -> dict[str, Given]:
    """The same of settings and flags, as far as they are arguments of a run."""
    values = {
        "max_turns": data.max_turns,
        "previous_response_id": data.previous_response_id,
        "conversation_id": data.conversation_id,
        "auto_previous_response_id": data.auto_previous_response_id,
    }
    given = {key: Given(value, place) for key, value in values.items() if value is not None}
    if data.max_turns == "none":
        given["max_turns"] = Given(None, place)
    return given


def run_options(given: Mapping[str, Given]) -> RunOptions:
    """Check the types of made values. Raise `LoadError`, which names the key and its place."""
    values: dict[str, Any] = {}
    for key, (value, place) in given.items():
        if key not in RunOptions.__dataclass_fields__:
            continue
        if key != "max_turns" and value is None:
            continue
        if not _fits(key, value):
            raise wrong_type(key, value, place)
        values[key] = value
    return RunOptions(**values)


def checked_given_agent(value: object, place: str) -> Agent[Any]:
    """The agent that a dict names. Raise `LoadError`."""
    if isinstance(value, Agent):
        return value
    raise wrong_type("agent", value, place)


def wrong_type(key: str, value: object, place: str) -> LoadError:
    advice = f"It must be {KEYS[key]}, or a function without parameters that returns that."
    if key == "hooks" and isinstance(value, AgentHooksBase):
        advice = "AgentHooks belong to an agent: Agent(..., hooks=...). Here it must be a RunHooks."
    elif key == "error_handlers" and isinstance(value, Mapping):
        wrong = next(
            name for name in value if name not in ERROR_HANDLERS or not callable(value[name])
        )
        advice = f"{wrong!r} does not fit: it must be {KEYS[key]}."
    return LoadError(f"{place} is {_described(value)}.", advice)


def _fits(key: str, value: object) -> bool:
    match key:
        case "max_turns":
            whole = isinstance(value, int) and not isinstance(value, bool)
            return value is None or (whole and cast("int", value) >= 1)
        case "hooks":
            return isinstance(value, RunHooksBase)
        case "session":
            return all(callable(getattr(value, name, None)) for name in SESSION_METHODS)
        case "error_handlers":
            return isinstance(value, Mapping) and all(
                name in ERROR_HANDLERS and callable(each) for name, each in value.items()
            )
        case "auto_previous_response_id":
            return isinstance(value, bool)
        case _:
            return isinstance(value, str) and bool(value)


def _check_keepers(found: Mapping[str, Given]) -> None:
    """As the SDK: a session and the server cannot both keep the conversation."""
    response = "previous_response_id"
    chained = [response if response in found else "auto_previous_response_id"]
    keepers = [key for key in ("session", "conversation_id", *chained) if key in found]
    if len(keepers) > 1:
        one, other = found[keepers[0]].place, found[keepers[1]].place
        raise LoadError(
            f"{one} and {other} cannot both be given: one of them keeps the conversation.",
            "Leave one of them out.",
        )


def _known_keys(key: object) -> str:
    name = str(key)
    if name in _NOT_TAKEN:
        return _NOT_TAKEN[name]
    near = _OTHER_NAMES.get(name) or next(iter(difflib.get_close_matches(name, KEYS, n=1)), "")
    hint = f"Did you mean {near!r}? " if near else ""
    return f"{hint}It may have: {', '.join(KEYS)}."


def _described(value: object) -> str:
    if value is None or isinstance(value, bool | int | float | str):
        return repr(value)
    return f"a {type(value).__name__}"
