"""Keys that a model says in several deltas: masked as if they had come in one piece.

What may be the beginning of a key waits until it is known whether it is one: at most until the next
delta or two, or the end of the text. Of ordinary text hardly anything waits, and nothing is copied.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import cast

import msgspec
from msgspec.structs import replace

from tui.core.sanitize.secrets import MASK, Masker
from tui.protocol import events

CONTEXT = 128
"""Characters before a delta that tell whether it goes on with a key."""

TRIGGER = 16
"""Characters that hold every word by which a kind of key is known."""

LONGEST = 4_096
"""Characters that may wait; a longer word goes on as it is seen to be: masked or not."""

_REST_OF_WORD = re.compile(r"^[^\s\"'<>]+")

_DELTAS = (
    events.TextDelta,
    events.ReasoningDelta,
    events.ToolArgumentsDelta,
    events.RefusalDelta,
)
_ENDS = (events.RunFinished, events.WorkerExited)


class TextMasker(msgspec.Struct):
    """One text in pieces: ``feed`` gives what may be seen by now, ``end`` what still waits."""

    masker: Masker
    _said: str = ""
    """The end of what was given out, as it came."""
    _held: str = ""
    _near: int = 0
    """So many characters more a key may follow on what was said."""
    _inside: bool = False
    """What was given out last is the mask of a key that may go on."""

    @property
    def holds(self) -> bool:
        """Something waits, or what comes next may belong to a key."""
        return bool(self._held) or self._inside

    def passes(self, text: str) -> bool:
        """Whether a text can be given out as it is; then it counts as given out."""
        if self.holds or self._near:
            return False
        if self.masker.may_begin(self._said[-TRIGGER:] + text):
            self._near = CONTEXT
            return False
        self._said = (self._said + text)[-CONTEXT:]
        return True

    def feed(self, text: str) -> str:
        """What may be seen of this and what waited before it."""
        self._near = max(self._near - len(text), 0)
        return self._give(self._held + text, final=False)

    def end(self) -> str:
        """What waited; the text is over."""
        given = self._give(self._held, final=True)
        self._inside = False
        return given

    def _give(self, new: str, *, final: bool) -> str:
        if self._inside:
            # The word went on for too long to wait for its end, and it is a key.
            new = _REST_OF_WORD.sub("", new)
            if not new:
                return ""
            self._inside = False
        whole, start = self._said + new, len(self._said)
        spans = self.masker.spans(whole)
        end = len(whole) if final else self._safe_end(whole, spans)
        given: list[str] = []
        place = start
        for first, last in spans:
            if last > start and first < end:
                given += [whole[place : max(first, place)], MASK]
                place = last
                self._inside = last == end == len(whole) and not final and self._is_unsure(whole)
        given.append(whole[place:end])
        self._held = whole[end:]
        self._said = whole[:end][-CONTEXT:]
        return "".join(given)

    def _safe_end(self, whole: str, spans: Sequence[tuple[int, int]]) -> int:
        """Up to where it is certain what is to be masked."""
        unsure = self.masker.unsure_from(whole)
        if unsure is None:
            return len(whole)
        # Nothing of a key that has begun before goes out before it is whole.
        unsure = min([unsure, *(first for first, last in spans if first < unsure < last)])
        unsure = max(unsure, len(self._said))
        return len(whole) if len(whole) - unsure > LONGEST else unsure

    def _is_unsure(self, whole: str) -> bool:
        return self.masker.unsure_from(whole) is not None


class StreamMasker:
    """Masks batches of events; deltas as the texts that they are pieces of."""

    def __init__(self, masker: Masker) -> None:
        self._masker = masker
        self._texts: dict[str, tuple[events.Delta, TextMasker]] = {}
        """By model call: its last delta, and the text that it belongs to."""

    def mask(self, batch: Sequence[events.Event]) -> tuple[list[events.Event], list[events.Event]]:
        """The events as they are counted, and as they may be seen.

        Counted are deltas when they came and as long as they were; seen is what waited of them
        before the event that ends it.
        """
        counted: list[events.Event] = []
        shown: list[events.Event] = []
        for key, group in groupby(batch, _text_key):
            if key is not None:
                run = cast("list[events.Delta]", list(group))
                counted.extend(run)
                shown.extend(self._deltas(run))
                continue
            for event in group:
                if isinstance(event, events.SecretsLearned):
                    self._masker.learn(event.values)
                    continue
                masked = self._masker.mask_event(event)
                counted.append(masked)
                shown.extend(self._ended_by(event))
                shown.append(masked)
        return counted, shown

    def _deltas(self, run: list[events.Delta]) -> Iterator[events.Event]:
        """Neighbours of one text."""
        before = self._texts.get(run[0].call)
        if before is None or _text_key(before[0]) != _text_key(run[0]):
            if before is not None:
                yield from _rest(*before)
            text = TextMasker(self._masker)
        else:
            text = before[1]
        self._texts[run[0].call] = run[-1], text
        if text.passes("".join([delta.text for delta in run])):
            yield from run
            return
        for delta in run:
            seen = text.feed(delta.text)
            yield delta if seen == delta.text else replace(delta, text=seen)

    def _ended_by(self, event: events.Event) -> Iterator[events.Event]:
        if not self._texts:
            return
        call = getattr(event, "call", "")
        over = list(self._texts) if isinstance(event, _ENDS) else [call] if call else []
        for call in over:
            if call in self._texts:
                yield from _rest(*self._texts.pop(call))


def _rest(last: events.Delta, text: TextMasker) -> list[events.Event]:
    """What waited of a text, as one more delta of it."""
    seen = text.end() if text.holds else ""
    return [replace(last, text=seen)] if seen else []


def _text_key(event: events.Event) -> tuple[object, ...] | None:
    """Which text a delta is a piece of; None for any other event."""
    if not isinstance(event, _DELTAS):
        return None
    return (type(event), event.call, event.attempt, event.part, getattr(event, "tool_call", ""))
