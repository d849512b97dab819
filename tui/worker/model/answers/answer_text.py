"""The text of one attempt's answer, with the thinking that its content may begin with."""

from collections.abc import Iterable

from tui.protocol.events import ReasoningDelta, ReasoningReplaced, TextDelta, TextReplaced
from tui.worker.model.answers.answer_parts import AnswerParts
from tui.worker.model.answers.think_tags import (
    Piece,
    Split,
    ThinkTags,
    continuation_of,
    split_thinking,
)
from tui.worker.model.attempts.attempt_emitter import AttemptEmitter


class AnswerText:
    """Emits text as it arrives. The content is kept as the server sent it, tags included."""

    def __init__(self, emitter: AttemptEmitter, parts: AnswerParts, *, think_tags: bool) -> None:
        self._emitter = emitter
        self._emit_delta = emitter.delta
        self._numbers = parts
        self.parts: dict[int, list[str]] = {}
        """The content of each part, as it was sent."""
        self._think_tags = think_tags
        self._tags = ThinkTags() if think_tags else None
        """None when tags are text, or when the answer has begun."""
        self._tagged = -1
        """The part that tags may be in: the first one, or the answer after the thinking."""
        self._thought: int | None = None
        """The part with the thinking."""
        self._answered = True
        """False while there is thinking only."""
        self._since: int | None = None
        """When the first of what was not emitted yet arrived."""
        self.begun = False
        """Something was emitted."""

    def add(self, text: str, part: int) -> None:
        """A delta. The hot path of the worker: most have no tag."""
        try:
            self.parts[part].append(text)
        except KeyError:
            self.parts[part] = [text]
        tags = self._tags
        if tags is None or (tags.idle and "<" not in text):
            self.begun = True
            self._emit_delta(TextDelta, text, part)
        else:
            self._read(tags, text, part)

    def final(self, text: str, part: int) -> None:
        """The whole content of a part. Deltas may arrive twice or out of order: this is right."""
        sent = "".join(self.parts.get(part, ()))
        tagged = self._think_tags and (part == self._tagged or not self.parts)
        if text == sent:
            if tagged:
                self.end()
        elif tagged:
            self._correct(sent, text, part)
        else:
            self.parts[part] = [text]
            self._replace(text, part)

    def end(self) -> None:
        """Nothing more arrives: emit what was held back. May be called again."""
        tags, self._tags = self._tags, None
        if tags is not None:
            self._emit(tags.end(), self._tagged)

    def content(self, *, continues: bool = False) -> str:
        """What was sent, as an answer that can be continued: "" while there is only thinking.

        ``continues``: it is the rest of an earlier answer, and its own thinking is left out.
        """
        if not self._answered:
            return ""
        whole = "".join("".join(pieces) for pieces in self.parts.values())
        return continuation_of(whole) if continues and self._thought is not None else whole

    @property
    def arrived(self) -> bool:
        """There was some text."""
        return bool(self.parts)

    def _read(self, tags: ThinkTags, text: str, part: int) -> None:
        if self._tagged < 0:
            self._tagged = part
        if part != self._tagged:
            self.begun = self._answered = True
            self._emit_delta(TextDelta, text, part)
            return
        now = self._emitter.now()
        pieces = tags.read(text, self.parts[part])
        self._answered = not (tags.thinks or tags.holds)
        if self._since is None:
            self._since = now
        self._emit(pieces, part)
        # Text that is not emitted yet arrived now; a tag itself counts only as the first token.
        if pieces or (not tags.holds and self.begun):
            self._since = now if tags.holds else None
        if tags.settled:
            self._tags = None

    def _emit(self, pieces: Iterable[Piece], part: int) -> None:
        for kind, text in pieces:
            match kind:
                case "reasoning":
                    self._thought = part
                    self._delta(ReasoningDelta, text, part)
                case "unsaid":
                    self._thought = part
                    self._replace_reasoning(text, part, said=True)
                case "answer":
                    if self._tags is not None and self._tags.opened and part == self._tagged:
                        part = self._divide(part)
                    self._delta(TextDelta, text, part)

    def _delta(self, kind: type[TextDelta | ReasoningDelta], text: str, part: int) -> None:
        self.begun = True
        at, self._since = self._since, None
        if at is None:
            self._emit_delta(kind, text, part)
        else:
            self._emitter.emit_soon(kind, at=at, text=text, part=part)

    def _divide(self, part: int) -> int:
        """Begin the answer after the thinking as a part of its own."""
        self._tagged = new = self._numbers.divided(part)
        self.parts[new] = self.parts.pop(part)
        return new

    def _correct(self, sent: str, text: str, part: int) -> None:
        self.end()
        shown, right = split_thinking(sent), split_thinking(text)
        self.parts[part], self._tagged = [text], part
        if right.reasoning != shown.reasoning:
            said = self._thought is None
            self._thought = thought = part if self._thought is None else self._thought
            self._replace_reasoning(right.reasoning, thought, said=said and bool(sent))
        if part == self._thought:
            # The answer is not there yet, or was just taken back.
            shown, part = Split("", ""), self._divide(part)
        if right.answer != shown.answer:
            self._answered = True
            self._replace(right.answer, part)

    def _replace(self, text: str, part: int) -> None:
        self.begun = True
        self._emitter.emit(TextReplaced, text=text, part=part)

    def _replace_reasoning(self, text: str, part: int, *, said: bool) -> None:
        if text or self.begun:
            self.begun = True
            self._emitter.emit(ReasoningReplaced, text=text, part=part, said=said)
