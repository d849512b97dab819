"""Going on after a cut answer: what the next attempt is sent, and how both are joined. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from agents.models.fake_id import FAKE_RESPONSES_ID
from openai.types.responses import ResponseOutputMessage, ResponseOutputText

from tui.protocol.events import Problem
from tui.protocol.recovery_text import RECOVERY_PROMPT
from tui.worker.input_items import user_message
from tui.worker.model.model_request import Request

SEED = 12
"""Characters: a shorter repetition at the seam may be meant."""
DISTINCT_WORDS = 3
"""A repetition of fewer is a ruler, a table's frame or laughter."""
REFUSED = frozenset({400, 422})
"""What servers say to a conversation whose form they do not take."""
FENCE = "```"
_SENTENCES = re.compile(r"[.!?]\Z")
_CLAUSES = re.compile(r"[,;]\Z")


def continued(request: Request, said: str) -> Request:
    """The same request, with what was said so far and the word that it was cut off.

    What was said stands there without a mark: how exactly it ends is what must be gone on from.
    """
    if not said.strip():
        # There is nothing to go on from, and servers refuse a message without a word.
        return request
    given = request["input"]
    items = [user_message(given)] if isinstance(given, str) else list(given)
    partial = {"type": "message", "role": "assistant", "content": said}
    return {**request, "input": [*items, partial, user_message(RECOVERY_PROMPT)]}


def begun_anew(problem: Problem) -> Problem | None:
    """A refusal of the continued request, as one that the same request begun anew may solve.

    None where the failure has another cause.
    """
    if problem.status not in REFUSED:
        return None
    return msgspec.structs.replace(
        problem, retry="automatic", advice="The next attempt begins the answer anew."
    )


def joined(said: str, rest: str) -> str:
    """One text of two parts.

    What the second repeats of the first is left out, and a space is put where a sentence or a
    clause ended without one. Between two letters nothing is put: a word may have been cut.
    """
    if not said or not rest:
        return said or rest
    rest = rest[_repeated(said, rest) :]
    if said[-1].isspace() and rest[:1] == " ":
        return said + rest[1:]
    return said + (" " if _lacks_space(said, rest) else "") + rest


def with_said(output: Sequence[Any], said: str) -> list[Any]:
    """A continuation's output items, with what was said before at the head of its text.

    Changes the message item in place; one is made where the continuation has no text.
    """
    items = list(output)
    if not said:
        return items
    part = next(_text_parts(items), None)
    if part is None:
        return [_message(said), *items]
    whole = joined(said, part.text)
    _move_annotations(part, len(whole) - len(part.text))
    part.text = whole
    return items


def _repeated(said: str, rest: str) -> int:
    """How many characters at the start of ``rest`` are the end of ``said`` once more."""
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
        # Inside a block of code nothing is made up.
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
        id=FAKE_RESPONSES_ID,
        type="message",
        role="assistant",
        status="completed",
        content=[part],
    )


def _move_annotations(part: Any, by: int) -> None:
    """Citations name their place in the text by its characters."""
    for note in getattr(part, "annotations", None) or ():
        for name in ("start_index", "end_index"):
            place = getattr(note, name, None)
            if isinstance(place, int):
                setattr(note, name, place + by)
