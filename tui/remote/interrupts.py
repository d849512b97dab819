"""Interrupts: what a remote agent wants to know before its thread runs on. Pure.

The protocol takes all answers at once: nothing is sent before every interrupt has one.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from tui.protocol.agui.run_agent_input import ResumeEntry
from tui.protocol.agui.run_outcomes import Interrupt

DECLINE = "cancel"
"""A message that gives no answer."""


class Decision(NamedTuple):
    """A yes or no of the user's."""

    approved: bool
    reason: str = ""
    arguments: dict[str, Any] | None = None
    """Instead of those of the model; None: they stay."""
    always: bool = False
    """Later calls of the same tool are approved too."""


def edited(text: str) -> tuple[dict[str, Any] | None, str]:
    """The arguments that the user wrote; and what is wrong with them, "" if nothing is."""
    try:
        value = json.loads(text)
    except ValueError as error:
        return None, f"The arguments are not valid JSON: {error}."
    if not isinstance(value, dict):
        return None, "The arguments must be a JSON object."
    return value, ""


def takes_arguments(interrupt: Interrupt) -> bool:
    """Whether the arguments of its call may be changed."""
    return "editedArgs" in _properties(interrupt.response_schema or {})


class OpenInterrupts:
    """The interrupts of a thread, and the answers that are known so far."""

    def __init__(self, interrupts: Iterable[Interrupt] = ()) -> None:
        self._asked = {one.id: one for one in interrupts}
        self._answers: dict[str, ResumeEntry] = {}

    def __bool__(self) -> bool:
        return bool(self._asked)

    @classmethod
    def restored(cls, stored: Iterable[Mapping[str, Any]]) -> "OpenInterrupts":
        restored = cls(msgspec.convert(one["asked"], Interrupt) for one in stored)
        for one in stored:
            if one.get("answer"):
                answer = msgspec.convert(one["answer"], ResumeEntry)
                restored._answers[answer.interrupt_id] = answer
        return restored

    def stored(self) -> list[dict[str, Any]]:
        return [
            {"asked": msgspec.to_builtins(one)}
            | (
                {"answer": msgspec.to_builtins(self._answers[one.id])}
                if one.id in self._answers
                else {}
            )
            for one in self._asked.values()
        ]

    @property
    def tool_calls(self) -> frozenset[str]:
        """The calls that they are about."""
        return frozenset(one.tool_call_id for one in self._asked.values() if one.tool_call_id)

    @property
    def all(self) -> tuple[Interrupt, ...]:
        return tuple(self._asked.values())

    @property
    def unanswered(self) -> tuple[Interrupt, ...]:
        return tuple(one for one in self._asked.values() if one.id not in self._answers)

    @property
    def questions(self) -> tuple[Interrupt, ...]:
        """Those that a yes or no answers."""
        return tuple(one for one in self.unanswered if not needs_words(one))

    @property
    def forms(self) -> tuple[Interrupt, ...]:
        """Those that the next message answers."""
        return tuple(one for one in self.unanswered if needs_words(one))

    def of(self, key: str) -> Interrupt | None:
        """By the id of its tool call, or its own."""
        return next((one for one in self._asked.values() if key_of(one) == key), None)

    def decide(self, interrupt: Interrupt, answer: Decision) -> None:
        self._answer(interrupt, _decision(interrupt, answer))

    def tell(self, interrupt: Interrupt, text: str) -> str:
        """Answer with the user's words; returns what is wrong with them, "" if nothing is."""
        if text.strip().lower() == DECLINE:
            self.decline(interrupt)
            return ""
        payload, problem = _payload(interrupt, text)
        if not problem:
            self._answer(interrupt, payload)
        return problem

    def decline(self, interrupt: Interrupt) -> None:
        self._answers[interrupt.id] = ResumeEntry(interrupt_id=interrupt.id, status="cancelled")

    def decline_rest(self) -> None:
        """The user gave up on the run: what has no answer gets none."""
        for one in self.unanswered:
            self.decline(one)

    def resume(self, now: datetime) -> tuple[ResumeEntry, ...]:
        """All answers, in the order of the questions. Stale ones must not be sent as answers."""
        return tuple(
            ResumeEntry(interrupt_id=one.id, status="cancelled")
            if is_stale(one, now)
            else self._answers[one.id]
            for one in self._asked.values()
            if one.id in self._answers
        )

    def _answer(self, interrupt: Interrupt, payload: Any) -> None:
        self._answers[interrupt.id] = ResumeEntry(
            interrupt_id=interrupt.id, status="resolved", payload=payload
        )


def key_of(interrupt: Interrupt) -> str:
    """What the screen knows it by."""
    return interrupt.tool_call_id or interrupt.id


def needs_words(interrupt: Interrupt) -> bool:
    """Whether a yes or no is no answer to it."""
    if interrupt.tool_call_id or interrupt.reason in ("tool_call", "confirmation"):
        return False
    schema = interrupt.response_schema
    if schema is None:
        return interrupt.reason == "input_required"
    return schema.get("type") != "boolean" and "approved" not in _properties(schema)


def is_stale(interrupt: Interrupt, now: datetime) -> bool:
    if interrupt.expires_at is None:
        return False
    try:
        expires = datetime.fromisoformat(interrupt.expires_at)
    except ValueError:
        return False
    return now >= (expires if expires.tzinfo is not None else expires.replace(tzinfo=UTC))


def wanted(interrupt: Interrupt) -> str:
    """What the next message must be, in words."""
    asked = interrupt.message or interrupt.reason
    properties = _properties(interrupt.response_schema or {})
    how = f" as JSON with {', '.join(properties)}" if properties else ""
    return f"{asked} — your next message is the answer{how}; “{DECLINE}” gives none."


def _decision(interrupt: Interrupt, answer: Decision) -> Any:
    schema = interrupt.response_schema
    if schema is not None and schema.get("type") == "boolean":
        return answer.approved
    said: dict[str, Any] = {"approved": answer.approved}
    if answer.reason and (schema is None or "reason" in _properties(schema)):
        said["reason"] = answer.reason
    if answer.arguments is not None:
        said["editedArgs"] = answer.arguments
    if answer.always and "always" in _properties(schema or {}):
        said["always"] = True
    return said


def _payload(interrupt: Interrupt, text: str) -> tuple[Any, str]:
    schema = interrupt.response_schema or {}
    kind = schema.get("type")
    if kind in (None, "string") and not _properties(schema):
        return text, _not_among(schema, text)
    try:
        value = json.loads(text)
    except ValueError:
        names = list(_properties(schema))
        if kind == "object" and len(names) == 1:
            # One field is no form: the words are its value.
            return {names[0]: text}, ""
        return None, f"The agent needs {_form(schema)}."
    kinds: dict[str, Any] = {
        "object": dict,
        "array": list,
        "number": (int, float),
        "integer": int,
        "boolean": bool,
    }
    if isinstance(value, bool) != (kind == "boolean") or not isinstance(
        value, kinds.get(str(kind), object)
    ):
        return None, f"The agent needs {_form(schema)}."
    required = schema.get("required")
    missing = [
        name
        for name in (required if isinstance(required, list) else ())
        if isinstance(value, dict) and name not in value
    ]
    return value, f"The answer has no {', '.join(missing)}." if missing else ""


def _not_among(schema: Mapping[str, Any], text: str) -> str:
    choices = schema.get("enum")
    if isinstance(choices, list) and text not in choices:
        return f"The answer must be one of {', '.join(map(str, choices))}."
    return ""


def _form(schema: Mapping[str, Any]) -> str:
    fields = ", ".join(
        f'"{name}": {one.get("type", "any") if isinstance(one, Mapping) else "any"}'
        for name, one in _properties(schema).items()
    )
    kind = str(schema.get("type") or "value")
    return f"a JSON {kind}" + (f": {{{fields}}}" if fields else "")


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = schema.get("properties")
    return properties if isinstance(properties, Mapping) else {}
