"""A client's answers to the open interrupts of a thread. Pure."""

from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from tui.protocol.agui.run_agent_input import ResumeEntry


class InvalidAnswerError(Exception):
    """The answers cannot be used, and none of them is."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """To the question whether a tool call may run."""

    tool_call: str
    approved: bool
    always: bool = False
    reason: str = ""
    arguments: str = ""
    """JSON that replaces the model's arguments; "": they stay."""


def answers_of(
    entries: Iterable[ResumeEntry], open_: dict[str, str], answered: Collection[str]
) -> list[Answer]:
    """Raise `InvalidAnswerError` unless each open interrupt has one that can be used.

    ``open_``: by interrupt, its tool call. ``answered``: interrupts that were answered before;
    answering them again changes nothing.
    """
    found: dict[str, Answer] = {}
    for entry in entries:
        id_ = entry.interrupt_id
        if id_ in open_:
            if id_ in found:
                raise InvalidAnswerError(f"the interrupt has two answers: {id_}")
            found[id_] = _answer(entry, open_[id_])
        elif id_ not in answered:
            raise InvalidAnswerError(f"no interrupt {id_} is open in this thread")
    if missing := [id_ for id_ in open_ if id_ not in found]:
        raise InvalidAnswerError(f"all open interrupts must be answered: {', '.join(missing)}")
    return list(found.values())


def _answer(entry: ResumeEntry, tool_call: str) -> Answer:
    if entry.status == "cancelled":
        return Answer(tool_call=tool_call, approved=False, reason="the user gave no answer")
    payload = entry.payload
    if isinstance(payload, bool):
        payload = {"approved": payload}
    if not isinstance(payload, dict) or not isinstance(payload.get("approved"), bool):
        raise InvalidAnswerError(
            f'the payload of {entry.interrupt_id} must be an object with "approved": true or false'
        )
    edited: Any = payload.get("editedArgs")
    if edited is not None and not isinstance(edited, dict):
        raise InvalidAnswerError(f"editedArgs of {entry.interrupt_id} must be an object")
    return Answer(
        tool_call=tool_call,
        approved=payload["approved"],
        always=payload.get("always") is True,
        reason=str(payload.get("reason") or ""),
        arguments="" if edited is None else msgspec.json.encode(edited).decode(),
    )
