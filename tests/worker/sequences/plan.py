"""Random plans: what the user does, what the provider answers, what goes wrong and when."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from itertools import count
from random import Random
from typing import Literal

from tests.support.provider import (
    COMMENT,
    UNKNOWN_EVENT,
    Answer,
    CloseAfter,
    CommentsAfter,
    EmptyStream,
    ErrorEventAfter,
    FailAfter,
    GarbageAfter,
    HttpError,
    IncompleteAfter,
    Page,
    ResetAfter,
    ResetBeforeHeaders,
    Silence,
    StallAfter,
    Step,
    ToolCall,
    Wire,
    context_too_long,
    invalid_key,
    model_not_found,
    quota_exhausted,
    rate_limited,
    server_error,
)
from tests.support.provider.faults import Fault
from tests.support.provider.script import ToolKind
from tests.worker.sequences.names import BUSY, FORBIDDEN, WITHHELD

Command = Literal["say", "continue", "rewind", "kill"]
Deed = Literal["cancel", "stop", "cancel tool", "kill", "hurry", "follow up", "double cancel"]
Reply = Literal["once", "always", "reject", "reject always", "cancel", "kill"]

AFTER: dict[str, Callable[[int], Fault]] = {
    "reset": ResetAfter,
    "close": CloseAfter,
    "truncate": lambda at: CloseAfter(at, truncated=True),
    "no end": lambda _: CloseAfter(),
    "stall": StallAfter,
    "comments": lambda at: CommentsAfter(at, every=0.02),
    "bad JSON": GarbageAfter,
    "bad UTF-8": lambda at: GarbageAfter(at, "utf8"),
    "bad gzip": lambda at: GarbageAfter(at, "gzip"),
    "failed": FailAfter,
    "rate limit": lambda at: FailAfter(at, "rate_limit_exceeded"),
    "error": ErrorEventAfter,
    "bare error": lambda at: ErrorEventAfter(at, bare=True),
    "token limit": IncompleteAfter,
    "content filter": lambda at: IncompleteAfter(at, "content_filter"),
}
INSTEAD: dict[str, Callable[[], Step]] = {
    "nothing": EmptyStream,
    "reset before headers": ResetBeforeHeaders,
    "silence": Silence,
    "a page": Page,
    "429": lambda: rate_limited(0),
    "429 with a wait": lambda: rate_limited(0.03),
    "429 with a long wait": lambda: rate_limited(30),
    "429 with too long a wait": lambda: rate_limited(300),
    "quota": quota_exhausted,
    "401": invalid_key,
    "403": lambda: HttpError(status=403),
    "404": model_not_found,
    "too long": context_too_long,
    "413": lambda: HttpError(status=413),
    "400": lambda: HttpError(status=400),
    "422": lambda: HttpError(status=422),
    "408": lambda: server_error(408),
    "409": lambda: server_error(409),
    "500": server_error,
    "502": lambda: server_error(502),
    "503": lambda: server_error(503),
    "504": lambda: server_error(504),
    "529": lambda: server_error(529),
}
CODES: dict[int | str, str] = {
    401: "auth", 429: "rate_limit", 500: "server", 503: "server", 529: "server",
    "429": "rate_limit", "rate_limit_exceeded": "rate_limit", "overloaded_error": "server",
    "invalid_api_key": "auth",
}  # fmt: skip
"""With the class of each."""
WAITS: list[dict[str, object]] = [
    {}, {}, {"retry_after_ms": 3}, {"metadata": {"headers": {"Retry-After": "0.003"}}},
]  # fmt: skip


def _sse(data: object, event: str = "") -> Page:
    named = f"event: {event}\n" if event else ""
    return Page(f"{named}data: {json.dumps(data)}\n\n", "text/event-stream")


PLACES: dict[str, dict[str, Callable[[dict[str, object]], Step]]] = {
    "chat": {
        "data": lambda error: _sse({"error": error}),
        "chunk": lambda error: _sse(
            {"id": "c", "object": "chat.completion.chunk", "choices": [], "error": error}
        ),
        "event": lambda error: _sse({"error": error}, "error"),
    },
    "responses": {
        "data": lambda error: _sse({"error": error}),
        "event": lambda error: _sse({"type": "error", **error}, "error"),
        "failed": lambda error: _sse(
            {"type": "response.failed", "response": {"id": "r", "status": "failed", "error": error}}
        ),
    },
}
"""One error at several places of a stream; see also `ANYWHERE`."""
ANYWHERE: dict[str, Callable[[dict[str, object]], Step]] = {
    "status": lambda error: HttpError(
        status=error["code"] if isinstance(error["code"], int) else 400,
        body=json.dumps({"error": error}),
    ),
    "page": lambda error: Page(json.dumps({"error": error}), "application/json"),
}
WIRES = [
    Wire(crlf=True), Wire(gzip=True), Wire(sparse=True), Wire(chunk_bytes=7),
    Wire(done_marker=False),
]  # fmt: skip
TOOLS = ["note", "note_in_thread"] * 6 + [
    "hold", "hold", "hold_in_thread", "slow", "broken", "fatal", "die", "ask", "ask", "ask_helper",
    "ask_helper", "transfer_to_mate", "transfer_to_captain", "no_such_tool",
]  # fmt: skip
NATIVE: dict[str, ToolKind] = {
    "shell": "shell",
    "apply_patch": "apply_patch",
    "scribble": "custom",
}
"""Tools that only the Responses API has."""
HABITS = {
    "chat": [
        *["id in each chunk", "id changes once", "id changes in each chunk", "id at the end"],
        *["id absent", "id the same", "id too long", "id with controls", "id a surrogate"],
        *["name in each chunk", "name in pieces", "name grows", "name with spaces"],
        *["name with a room", "name empty", "arguments an object", "call whole", "older form"],
        *["finish stop", "finish unknown", "finish twice", "finish null", "finish error"],
        *["finish length", "usage grows", "usage as words", "usage zeros", "usage null"],
    ],
    "responses": [
        *["id changes once", "id at the end", "id absent", "id the same", "id too long"],
        *["id with controls", "id a surrogate", "item id the call id", "interleaved"],
        *["arguments an object", "arguments only as deltas", "name at the end"],
        *["name with spaces", "name with a room", "name empty"],
        *["usage as words", "usage zeros", "usage null", "usage in progress"],
    ],
}
"""Of servers; see `tests.support.provider.habits`."""
INDEXES = ["index absent", "index null", "index 0", "index negative"]
HOW = ["", "", " slow", " slow", " broken", " ask", " ask", " die"]
INNER_TOOLS = ["note", "note", "hold", "ask", "broken"]
COMMANDS: list[Command] = ["say", "continue", "rewind", "kill"]
MOMENTS = [
    "", "RunStarted", "AgentChanged", "HistoryChanged", "ModelCallStarted", "AttemptStarted",
    "AttemptConnected", "TextDelta", "TextDelta", "ReasoningDelta", "ToolArgumentsDelta",
    "AttemptFailed", "RetryScheduled", "RetryScheduled", "UsageReported", "AttemptFinished",
    "ToolCalled", "ToolStarted", "ToolStarted", "ToolFinished", "ToolFinished",
    "ApprovalRequested", "ApprovalAnswered",
]  # fmt: skip
DEEDS: list[Deed] = [
    "cancel", "cancel", "cancel", "cancel", "double cancel", "stop", "stop", "cancel tool",
    "cancel tool", "kill", "hurry", "follow up", "follow up",
]  # fmt: skip
REPLIES: list[Reply] = ["once", "once", "always", "reject", "reject always", "cancel", "kill"]


@dataclass(frozen=True)
class Meddling:
    """A deed at the ``nth`` event of a kind; "" is right after the command."""

    moment: str
    nth: int
    deed: Deed


@dataclass(frozen=True)
class Action:
    """A command and everything that happens until its run has ended."""

    do: Command
    prompt: str = ""
    follow_up: str = ""
    steps: tuple[Step, ...] = ()
    inner: tuple[Step, ...] = ()
    """The answers to the nested agent's requests."""
    replies: tuple[Reply, ...] = ()
    meddlings: tuple[Meddling, ...] = ()


Plan = tuple[Action, ...]


def plan_of(seed: str) -> Plan:
    """The same plan for the same seed, which begins with the name of the API."""
    random = Random(seed)
    numbers = count(1)
    native = list(NATIVE) * 2 if seed.startswith("responses") else []
    return tuple(
        _action(random, numbers, native, first=turn == 0) for turn in range(random.randint(1, 4))
    )


def _action(random: Random, numbers: Iterator[int], native: list[str], *, first: bool) -> Action:
    api = "responses" if native else "chat"
    tools, inner_tools = TOOLS + native, INNER_TOOLS + native[:3]
    do: Command = "say"
    if not first or random.random() < 0.05:
        do = random.choices(COMMANDS, [5, 3, 3, 1])[0]
    bad = f" {FORBIDDEN}" if random.random() < 0.04 else ""
    return Action(
        do=do,
        prompt=f"p{next(numbers)}{bad}",
        follow_up=f"p{next(numbers)}",
        steps=tuple(random_step(random, numbers, tools, api) for _ in range(random.randint(1, 4))),
        inner=tuple(
            random_step(random, numbers, inner_tools, api) for _ in range(random.randint(0, 2))
        ),
        replies=tuple(random.choices(REPLIES, k=3)),
        meddlings=tuple(
            Meddling(random.choice(MOMENTS), random.choice([1, 1, 1, 2, 3]), random.choice(DEEDS))
            for _ in range(random.choice([0, 0, 1, 1, 2]))
        ),
    )


def random_step(random: Random, numbers: Iterator[int], tools: list[str], api: str) -> Step:
    if random.random() < 0.15:
        return random.choice(list(INSTEAD.values()))()
    if random.random() < 0.1:
        return _error(random, api)
    calls = [_call(random, numbers, tools) for _ in range(random.choice([0, 0, 1, 1, 2]))]
    words = [f" w{next(numbers)}" for _ in range(random.randrange(0 if calls else 1, 6))]
    if random.random() < 0.03:
        words.append(f" {WITHHELD}")
    fault = random.choice(list(AFTER.values()))(random.randrange(7)) if _one_in(random, 3) else None
    wire = random.choice(WIRES) if _one_in(random, 4) else Wire()
    if isinstance(fault, GarbageAfter) and fault.kind == "gzip":
        wire = Wire(gzip=True)
    inserts = {1: random.choice([COMMENT, UNKNOWN_EVENT])} if _one_in(random, 10) else {}
    amid = _error(random, api) if _one_in(random, 15) else None
    if fault is None and isinstance(amid, Page) and amid.content_type == "text/event-stream":
        inserts = {random.randrange(4): amid.body.encode()}
    return Answer(
        deltas=words,
        reasoning=["so", " then"] if _one_in(random, 4) else [],
        refusal="I would rather not" if not (words or calls) else "",
        tool_calls=calls,
        usage=None if _one_in(random, 10) else "auto",
        inserts=inserts,
        fault=fault,
        wire=wire,
        habits=_habits(random, api),
    )


def _error(random: Random, api: str) -> Step:
    place = random.choice([*PLACES[api].values(), *ANYWHERE.values()])
    return place({"code": random.choice(list(CODES)), "message": BUSY, **random.choice(WAITS)})


def _habits(random: Random, api: str) -> list[str]:
    habits = random.sample(HABITS[api], random.choice([0, 0, 0, 1, 1, 2]))
    # The others find the calls by their indexes.
    return [*habits, *([random.choice(INDEXES)] if _one_in(random, 8) else [])]


def _call(random: Random, numbers: Iterator[int], tools: list[str]) -> ToolCall:
    token = f"t{next(numbers)}"
    name = random.choice(tools)
    if name in NATIVE:
        return _native_call(random, name, f"{token}{random.choice(HOW)}")
    arguments: dict[str, object] | str = {"input" if name == "ask_helper" else "token": token}
    if name.startswith("transfer"):
        arguments = {}
    elif _one_in(random, 20):
        arguments = f'{{"token": "{token}'
    return ToolCall(name, arguments, id="call_0" if _one_in(random, 6) else None)


def _native_call(random: Random, name: str, text: str) -> ToolCall:
    kind = NATIVE[name]
    arguments: dict[str, object] | str = text
    if kind == "shell":
        arguments = {"commands": [text]}
    elif kind == "apply_patch":
        arguments = {"type": "update_file", "path": text, "diff": "@@\n+x"}
    return ToolCall(name, arguments, id="call_0" if _one_in(random, 6) else None, kind=kind)


def _one_in(random: Random, often: int) -> bool:
    return random.randrange(often) == 0


def described(plan: Plan) -> str:
    """Python code for the plan, without defaults."""
    return "\n".join(_described(action) for action in plan)


def _described(thing: object) -> str:
    if isinstance(thing, tuple | list):
        return f"[{', '.join(map(_described, thing))}]"
    if not is_dataclass(thing):
        return repr(thing)
    shown = [
        f"{one.name}={_described(value)}"
        for one in fields(thing)
        if (value := getattr(thing, one.name)) != one.default and value not in ((), [], {})
    ]
    return f"{type(thing).__name__}({', '.join(shown)})"
