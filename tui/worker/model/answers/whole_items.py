"""Items of an answer that come whole: reasoning that did not stream, compaction.

Also the phase of a message, which its deltas do not have.
"""

import json
from collections.abc import Hashable, Iterator
from types import SimpleNamespace
from typing import Any, Protocol

from tui.protocol.events import HistoryCompacted, MediaReceived, MessagePhase, ReasoningGiven
from tui.worker.model.answers.answer_parts import AnswerParts
from tui.worker.model.answers.hosted_calls import Caller
from tui.worker.model.attempts.attempt_emitter import AttemptEmitter

_TEXTS = frozenset(("summary_text", "reasoning_text"))


class Asker(Caller, Protocol):
    """Whose answer it is."""

    @property
    def sent(self) -> int:
        """How many items the request had."""


class WholeItems:
    """Reads the items of one answer; ``parts`` are the attempt's own."""

    def __init__(self, asker: Asker, emitter: AttemptEmitter, parts: AnswerParts) -> None:
        self._asker = asker
        self._emitter = emitter
        self._parts = parts
        self._began: dict[Hashable, int] = {}
        self._phases: set[Hashable] = set()
        self._done: set[Hashable] = set()

    def added(self, item: Any, place: int | None) -> None:
        """An item begins."""
        self._began.setdefault(_key(item, place), self._emitter.now())
        if item.type == "message":
            self._read_phase(item, place)

    def done(self, item: Any, place: int | None) -> None:
        """An item is complete, and so is its text."""
        if _key(item, place) in self._done:
            return
        self._done.add(_key(item, place))
        match item.type:
            case "message":
                self._read_phase(item, place)
            case "reasoning":
                self._read_reasoning(item, place)
                self._show_unknown(item)
            case "compaction":
                self._emitter.emit(
                    HistoryCompacted,
                    before=self._asker.sent + (place or 0),
                    after=1,
                    agent=self._asker.agent,
                    parent=self._asker.parent,
                )

    def _read_phase(self, item: Any, place: int | None) -> None:
        phase = getattr(item, "phase", None)
        if isinstance(phase, str) and phase and _key(item, place) not in self._phases:
            self._phases.add(_key(item, place))
            # It arrives before the text, under the name that its first delta will have.
            first = SimpleNamespace(item_id=item.id, output_index=place, content_index=0)
            self._emitter.emit(MessagePhase, part=self._parts.of("text", first), phase=phase)

    def _read_reasoning(self, item: Any, place: int | None) -> None:
        if self._has_streamed(item, place):
            return
        texts = [
            str(getattr(part, "text", None) or "")
            for part in _parts_of(item)
            if part.type in _TEXTS
        ]
        began = self._began.get(_key(item, place), self._emitter.now())
        encrypted = getattr(item, "encrypted_content", None)
        self._emitter.emit(
            ReasoningGiven,
            part=self._parts.number(("reasoning", item.id, place, None, None)),
            text="\n\n".join(filter(None, texts)),
            encrypted=len(encrypted) if isinstance(encrypted, str) else 0,
            began=began,
        )

    def _has_streamed(self, item: Any, place: int | None) -> bool:
        """Also under another id: some servers give an item a new one in the complete response."""
        names = (key for key, _ in self._parts.named() if isinstance(key, tuple))
        return any(
            key[0] == "reasoning"
            and (
                key[1] == item.id or key[2] == place
                if None not in {key[2], place}
                else None in {key[1], item.id} or key[1] == item.id
            )
            for key in names
        )  # fmt: skip

    def _show_unknown(self, item: Any) -> None:
        """Each part of a type that is not known is shown as it came."""
        for part in _parts_of(item):
            if part.type not in _TEXTS:
                fields = part.model_dump(exclude_unset=True, warnings=False)
                text = json.dumps(fields, ensure_ascii=False, default=str)
                self._emitter.emit(MediaReceived, name=str(part.type or "a part"), text=text)


def _parts_of(item: Any) -> Iterator[Any]:
    for field in ("summary", "content"):
        yield from getattr(item, field, None) or ()


def _key(item: Any, place: int | None) -> Hashable:
    return item.type, getattr(item, "id", None) or place
