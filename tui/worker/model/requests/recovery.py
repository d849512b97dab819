"""Continues an interrupted answer: the next attempt's request, and how both are joined. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from openai.types.responses import ResponseOutputMessage, ResponseOutputText

from tui.protocol.events import Problem
from tui.protocol.events.problem import Kind
from tui.protocol.recovery_text import RECOVERY_PROMPT
from tui.protocol.retry_policy import RETRIED
from tui.worker.input_items import user_message
from tui.worker.model.answers.think_tags import continuation_of
from tui.worker.model.requests.model_request import Request
from tui.worker.sdk_internals.model_names import PLACEHOLDER_ID

SEED = 12
"""Characters: a shorter repetition where the parts meet may be intended."""
DISTINCT_WORDS = 3
"""A repetition of fewer words may be a ruler or a table's frame, and intended."""
REFUSED = frozenset({400, 422})
"""Statuses of servers that do not accept the form of a conversation."""
FORM: Kind = "agent"
"""What a request that a server does not understand counts as."""
FENCE = "```"
_SENTENCES = re.compile(r"[.!?]\Z")
_CLAUSES = re.compile(r"[,;]\Z")


def continued(request: Request, said: str) -> Request:
    """The same request, with the text so far and a message that it was cut off.

    The text has no "[interrupted]" mark: the model must continue exactly where it ends.
    """
    if not said.strip():
        # There is nothing to continue, and servers refuse an empty message.
        return request
    given = request["input"]
    items = [user_message(given)] if isinstance(given, str) else list(given)
    partial = {"type": "message", "role": "assistant", "content": said}
    return {**request, "input": [*items, partial, user_message(RECOVERY_PROMPT)]}


def restart_problem(problem: Problem) -> Problem | None:
    """The problem as one to retry from the start, if the server refused the continued request.

    None if the failure has another cause: one that is retried anyway, or that is about the key or
    the account, says nothing of the request's form, even with the status of a refusal.
    """
    if problem.status not in REFUSED or problem.retry in RETRIED or problem.kind != FORM:
        return None
    return msgspec.structs.replace(
        problem, retry="automatic", advice="The next attempt starts the answer over."
    )


def joined(said: str, rest: str) -> str:
    """The text of both parts.

    What the second part repeats of the first is left out. A space is added after a sentence or a
    clause that ended without one, but not between two letters: a word may have been cut.
    """
    if not said or not rest:
        return said or rest
    rest = rest[_repeated(said, rest) :]
    if said[-1].isspace() and rest[:1] == " ":
        return said + rest[1:]
    return said + (" " if _lacks_space(said, rest) else "") + rest


def with_said(output: Sequence[Any], said: str, *, think_tags: bool = False) -> list[Any]:
    """A continuation's output items, with the text before it at the start of its own.

    With ``think_tags``, the thinking that its text begins with is left out: the text before it may
    have its own, and elsewhere than at the start it would be part of the answer.
    Changes the message item in place; adds one if the continuation has no text.
    """
    items = list(output)
    if not said:
        return items
    part = next(_text_parts(items), None)
    if part is None:
        return [_message(said), *items]
    whole = joined(said, continuation_of(part.text) if think_tags else part.text)
    _move_annotations(part, len(whole) - len(part.text))
    part.text = whole
    return items


def _repeated(said: str, rest: str) -> int:
    """How many characters at the start of ``rest`` repeat the end of ``said``."""
    seed = rest[:SEED]
    if len(seed) < SEED:
        return 0
    at = said.find(seed)
    while at >= 0:
        again = said[at:]
        if rest.startswith(again) and len(set(again.split())) >= DISTINCT_WORDS:
            return len(again)
        at = said.find(seed, at + 1)
    return 0


def _lacks_space(said: str, rest: str) -> bool:
    if said.count(FENCE) % 2:
        # Inside a code block, nothing is added.
        return False
    first = rest[:1]
    return bool(
        (_SENTENCES.search(said) and first.isupper()) or (_CLAUSES.search(said) and first.isalpha())
    )


def _text_parts(items: Iterable[Any]) -> Iterator[Any]:
    return (
        part
        for item in items
        if item.type == "message"
        for part in item.content or ()
        if part.type == "output_text"
    )


def _message(text: str) -> ResponseOutputMessage:
    part = ResponseOutputText(type="output_text", text=text, annotations=[])
    return ResponseOutputMessage(
        id=PLACEHOLDER_ID.get(),
        type="message",
        role="assistant",
        status="completed",
        content=[part],
    )


def _move_annotations(part: Any, by: int) -> None:
    """Citations give their place in the text as character indexes."""
    for note in getattr(part, "annotations", None) or ():
        for name in ("start_index", "end_index"):
            place = getattr(note, name, None)
            if isinstance(place, int):
                setattr(note, name, place + by)
