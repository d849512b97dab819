"""Thinking that a server puts between tags at the start of the content. Pure.

DeepSeek's distills, Qwen and others on a server without a reasoning parser send their thinking as
``<think>…</think>`` before the answer; Gemini's compatible endpoint sends ``<thought>…</thought>``.
Some templates write the first tag themselves, so that only the last one arrives.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

NAMES = ("think", "thought", "thinking")
_OPENING = tuple(f"<{name}>" for name in NAMES)
_CLOSING = tuple(f"</{name}>" for name in NAMES)
_ANY_OPENING = re.compile("|".join(_OPENING))
_ANY_CLOSING = re.compile("|".join(_CLOSING))
_QUOTES = frozenset("`'\"")
_FENCE = "```"


class Piece(NamedTuple):
    """A piece of the content. ``unsaid``: the whole answer until now was reasoning: ``text``."""

    kind: Literal["reasoning", "answer", "unsaid"]
    text: str


class Split(NamedTuple):
    """A whole content: the thinking without its tags, and the answer."""

    reasoning: str
    answer: str


class ThinkTags:
    """Reads the content of an answer piece by piece; tags may be split anywhere.

    An opening tag counts only at the start. A closing tag without one counts anywhere, unless it is
    quoted or part of code.
    """

    def __init__(self) -> None:
        self.idle = False
        """Text without a ``<`` is part of the answer: there is no need to read it."""
        self.settled = False
        """Everything that follows is part of the answer."""
        self.opened = False
        """The content began with a tag."""
        self._step: Callable[[str, Sequence[str]], Iterator[Piece]] = self._at_start
        self._held = ""
        """Not returned yet."""
        self._tail = ""
        """Returned, and may be the first part of a closing tag."""
        self._close = ""

    @property
    def thinks(self) -> bool:
        """There is no answer yet, only thinking."""
        return self.opened and not self.settled

    @property
    def holds(self) -> bool:
        """Some text was not returned yet."""
        return bool(self._held)

    def read(self, text: str, content: Sequence[str]) -> list[Piece]:
        """What ``text`` is; it is the last piece of ``content``."""
        return list(self._step(text, content))

    def end(self) -> list[Piece]:
        """What was still held back: the content is complete, or was cut."""
        held, self._held = self._held, ""
        if not held:
            return []
        return [Piece("reasoning" if self.thinks else "answer", held)]

    def _at_start(self, text: str, content: Sequence[str]) -> Iterator[Piece]:
        start = self._held + text
        begun = start.lstrip()
        opening = next((tag for tag in _OPENING if begun.startswith(tag)), None)
        if opening is not None:
            self.opened, self._held, self._close = True, "", f"</{opening[1:]}"
            self._step = self._before_thinking
            yield from self._before_thinking(begun.removeprefix(opening), content)
        elif any(tag.startswith(begun) for tag in (*_OPENING, *_CLOSING) if tag != begun):
            self._held = start
        else:
            self._held, self._step = "", self._in_answer
            yield from self._in_answer(start, content)

    def _before_thinking(self, text: str, content: Sequence[str]) -> Iterator[Piece]:
        """Leave out the line break after the tag, and thinking that is empty."""
        thought = text.lstrip()
        if thought:
            self._step = self._in_thinking
            yield from self._in_thinking(thought, content)

    def _in_thinking(self, text: str, content: Sequence[str]) -> Iterator[Piece]:
        thought, closing, rest = (self._held + text).partition(self._close)
        self._held = "" if closing else _begun(thought, (self._close,))
        thought = thought[: len(thought) - len(self._held)]
        if thought:
            yield Piece("reasoning", thought)
        if closing:
            self._step = self._before_answer
            yield from self._before_answer(rest, content)

    def _before_answer(self, text: str, _content: Sequence[str]) -> Iterator[Piece]:
        """Leave out the empty lines between thinking and answer."""
        answer = text.lstrip()
        if answer:
            self.settled = True
            yield Piece("answer", answer)

    def _in_answer(self, text: str, content: Sequence[str]) -> Iterator[Piece]:
        """Nothing is held back here: what turns out to be thinking is taken back."""
        recent = self._tail + text
        self._tail = _begun(recent, _CLOSING)
        self.idle = not self._tail
        split = None
        if _ANY_CLOSING.search(recent):
            split = _unopened("".join(content))
        if split is None:
            yield Piece("answer", text)
            return
        self.opened, self._tail, self.idle = True, "", False
        self._step = self._before_answer
        yield Piece("unsaid", split.reasoning)
        yield from self._before_answer(split.answer, content)


def split_thinking(content: str) -> Split:
    """A whole content, read as `ThinkTags` reads it."""
    tags = ThinkTags()
    reasoning = answer = ""
    for kind, text in (*tags.read(content, (content,)), *tags.end()):
        match kind:
            case "reasoning":
                reasoning += text
            case "answer":
                answer += text
            case "unsaid":
                reasoning, answer = text, ""
    return Split(reasoning, answer)


def continuation_of(content: str) -> str:
    """What continues an earlier answer: without the thinking, if it begins with a tag."""
    return split_thinking(content).answer if content.lstrip().startswith(_OPENING) else content


def _begun(text: str, tags: Sequence[str]) -> str:
    """The end of the text that may be the first part of one of the tags."""
    start = text.rfind("<")
    end = text[start:] if start >= 0 else ""
    return end if end and any(tag.startswith(end) and tag != end for tag in tags) else ""


def _unopened(content: str) -> Split | None:
    """Where thinking ends that no tag began; None if all of it is the answer."""
    for closing in _ANY_CLOSING.finditer(content):
        thought = content[: closing.start()]
        if _ANY_OPENING.search(thought):
            return None
        if thought[-1:] not in _QUOTES and thought.count(_FENCE) % 2 == 0:
            return Split(thought.strip(), content[closing.end() :])
    return None
