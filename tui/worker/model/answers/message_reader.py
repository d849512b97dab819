"""What the messages of an answer hold besides the text that streams.

Servers may send a part only in the finished message, and its sources while the text streams, at the
end, or both.
"""

from collections.abc import Hashable, Iterable
from typing import Any, Final

from tui.protocol.attachment_data import of_base64, of_bytes
from tui.protocol.events import Attachment, MediaReceived, RefusalDelta, SourcesCited, TextReplaced
from tui.worker.model.answers.answer_parts import AnswerParts
from tui.worker.model.answers.answer_text import AnswerText
from tui.worker.model.answers.citations import Cited, annotations_of, audio_in, listed_in
from tui.worker.model.attempts.attempt_emitter import AttemptEmitter
from tui.worker.tools.output_text import shown_output

TEXT: Final = "text"
REFUSAL: Final = "refusal"
_KINDS: Final = {"output_text": TEXT, "refusal": REFUSAL}


class MessageReader:
    """Emits what did not come as deltas of text; one per attempt.

    ``parts`` and ``text`` are the attempt's own.
    """

    def __init__(self, emitter: AttemptEmitter, parts: AnswerParts, text: AnswerText) -> None:
        self._emitter = emitter
        self._parts = parts
        self._text = text
        self._texts = text.parts
        self._refusals: dict[int, list[str]] = {}
        self._finished: set[int] = set()
        """Numbers of streamed parts whose finished message has come."""
        self._cited = Cited()
        self._audio: list[str] = []
        self._transcript: list[str] = []
        self._early: list[Any] = []
        """Sources that were listed before there was any text."""

    @property
    def has_cited(self) -> bool:
        """Whether the answer names sources."""
        return bool(self._cited or self._early)

    def refused(self, text: str, part: int) -> None:
        """A piece of a refusal has come."""
        self._refusals.setdefault(part, []).append(text)
        self._emitter.delta(RefusalDelta, text, part)

    def refusal_done(self, final: object, part: int) -> None:
        """The final text is authoritative: deltas may be missing, twice or out of order."""
        before = "".join(self._refusals.get(part, ()))
        if not isinstance(final, str) or final == before:
            return
        if not before:
            self.refused(final, part)
            return
        self._refusals[part] = [final]
        self._emitter.emit(TextReplaced, text=final, part=part)

    def cited(self, annotations: Iterable[Any], part: int | None = None) -> None:
        """Sources of a part; without one, of the newest text, or of the text that will come."""
        if part is None and not self._texts:
            self._early += annotations
            return
        sources = self._cited.new(annotations)
        if sources:
            place = next(reversed(self._texts)) if part is None else part
            self._emitter.emit(SourcesCited, sources=sources, part=place)

    def message_done(self, item: Any, index: int | None) -> bool:
        """Read a finished message, at this place in the answer; whether it had new parts."""
        new = False
        for place, part in enumerate(item.content or ()):
            kind = _KINDS.get(part.type, "")
            text = getattr(part, "refusal" if kind == REFUSAL else "text", None)
            if kind and isinstance(text, str) and text and not self._seen(kind, index, place, text):
                new = True
                self._part_came(kind, text, (kind, item.id, index, place, None))
            elif not kind:
                new = True
                self._other_part(part)
        for place, annotation in annotations_of(item):
            known = self._number(TEXT, index, place)
            self.cited([annotation], known)
        return new

    def chunk_came(self, chunk: Any) -> None:
        """Take the sources and the audio of a chunk of Chat Completions."""
        if listed := listed_in(chunk):
            self.cited(listed)
        if audio := audio_in(chunk):
            self.audio_came(*audio)

    def audio_came(self, data: str, transcript: str) -> None:
        """A piece of audio in base64, and of what is said in it; "" for none."""
        self._audio += filter(None, (data,))
        self._transcript += filter(None, (transcript,))

    def audio_done(self) -> None:
        """Report the audio that has come so far."""
        if self._audio or self._transcript:
            # Each piece is base64 of its own.
            sound = b"".join(of_base64(piece).data for piece in self._audio)
            heard = (of_bytes(sound, media_type="audio"),) if sound else ()
            text = "".join(self._transcript)
            self._emitter.emit(MediaReceived, name="audio", text=text, attachments=heard)
        self._audio.clear()
        self._transcript.clear()

    def finish(self) -> None:
        """The answer is complete: nothing waits any longer."""
        self.audio_done()
        early, self._early = self._early, []
        self.cited(early, next(reversed(self._texts), 0))

    def _other_part(self, part: Any) -> None:
        """A part of another type: its data is attached, and the rest is shown as it is."""
        fields = part.model_dump(exclude_unset=True, warnings=False)
        kind = str(fields.pop("type", "") or "a part without a type")
        data, transcript = fields.pop("data", None), fields.get("transcript")
        files: tuple[Attachment, ...] = ()
        if isinstance(data, str):
            files = (of_base64(data, media_type="audio" if "audio" in kind else ""),)
        only_said = isinstance(transcript, str) and len(fields) == 1
        text = str(transcript) if only_said else shown_output(fields) if fields else ""
        self._emitter.emit(MediaReceived, name=kind, text=text, attachments=files)

    def _part_came(self, kind: str, text: str, key: Hashable) -> None:
        part = self._parts.number(key)
        if kind == REFUSAL:
            self.refused(text, part)
        else:
            self._text.add(text, part)
        self._finished.add(self._parts.number(key))

    def _seen(self, kind: str, index: int | None, place: int, text: str) -> bool:
        """Whether a part has streamed, perhaps under another id or without its place."""
        shown = self._refusals if kind == REFUSAL else self._texts
        number = self._number(kind, index, place)
        if number is None or number not in shown or (index is None and number in self._finished):
            waiting = (one for one in shown if one not in self._finished)
            number = next((one for one in waiting if "".join(shown[one]) == text), None)
        if number is not None:
            self._finished.add(number)
        return number is not None

    def _number(self, kind: str, index: int | None, place: int) -> int | None:
        """The number of the part at a place of the answer, if one was streamed there."""
        for key, number in self._parts.named():
            if isinstance(key, tuple) and len(key) == 5 and key[0] == kind:
                _, _, at, content, _ = key
                if None in {at, index} or (at == index and content in {None, place}):
                    return number
        return None
