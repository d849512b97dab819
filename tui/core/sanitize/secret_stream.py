"""Masks keys that arrive in several deltas.

Text that may be the start of a key is held back until it is clear whether it is one: usually for a
delta or two, at most until the end of the text. Ordinary text hardly ever waits and is not copied.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import cast

import msgspec
from msgspec.structs import replace

from tui.core.sanitize.secrets import MASK, Masker
from tui.protocol import events
from tui.protocol.deltas import DELTAS

CONTEXT_LENGTH = 128
"""Characters before a delta that decide whether it continues a key."""

PREFIX_LENGTH = 16
"""At least as long as any word that introduces a key."""

MAX_WAITING = 4_096
"""Characters that may wait; a longer word is shown, or masked if it already counts as a key."""

_REST_OF_WORD = re.compile(r"^[^\s\"'<>]+")

_ENDS = (events.RunFinished, events.WorkerExited)

_AMID = (events.SourcesCited, events.MediaReceived)
"""Events of a model call that come while its text streams, and do not end it."""


class TextMasker(msgspec.Struct):
    """Masks one text that comes in pieces: ``feed`` returns what may be shown, ``end`` the rest."""

    masker: Masker
    _shown_tail: str = ""
    """The unmasked end of the text shown so far."""
    _waiting: str = ""
    _watch_left: int = 0
    """For this many more characters, a key may continue the text shown so far."""
    _in_key: bool = False
    """The last thing shown is the mask of a key that may continue."""

    @property
    def is_unfinished(self) -> bool:
        """Some text waits, or the next piece may belong to a key."""
        return bool(self._waiting) or self._in_key

    @classmethod
    def after(cls, masker: Masker, shown: str) -> "TextMasker":
        """Of a text whose beginning was masked as a whole and is shown."""
        return cls(masker, _shown_tail=shown[-CONTEXT_LENGTH:], _watch_left=CONTEXT_LENGTH)

    def pass_through(self, text: str) -> bool:
        """Whether a piece may be shown unchanged; if so, it counts as shown."""
        if self.is_unfinished or self._watch_left:
            return False
        if self.masker.may_contain_key(self._shown_tail[-PREFIX_LENGTH:] + text):
            self._watch_left = CONTEXT_LENGTH
            return False
        self._shown_tail = (self._shown_tail + text)[-CONTEXT_LENGTH:]
        return True

    def feed(self, text: str) -> str:
        """What may be shown of the waiting text and this piece."""
        self._watch_left = max(self._watch_left - len(text), 0)
        return self._release(self._waiting + text, final=False)

    def end(self) -> str:
        """The rest, at the end of the text."""
        shown = self._release(self._waiting, final=True)
        self._in_key = False
        return shown

    def _release(self, new: str, *, final: bool) -> str:
        if self._in_key:
            # A key that is too long to wait for its end.
            new = _REST_OF_WORD.sub("", new)
            if not new:
                return ""
            self._in_key = False
        whole, start = self._shown_tail + new, len(self._shown_tail)
        spans = self.masker.spans(whole)
        end = len(whole) if final else self._certain_end(whole, spans)
        shown: list[str] = []
        place = start
        for first, last in spans:
            if last > start and first < end:
                shown += [whole[place : max(first, place)], MASK]
                place = last
                self._in_key = (
                    last == end == len(whole)
                    and not final
                    and self.masker.unfinished_key(whole) is not None
                )
        shown.append(whole[place:end])
        self._waiting = whole[end:]
        self._shown_tail = whole[:end][-CONTEXT_LENGTH:]
        return "".join(shown)

    def _certain_end(self, whole: str, spans: Sequence[tuple[int, int]]) -> int:
        """Up to where it is certain what has to be masked."""
        start = self.masker.unfinished_key(whole)
        if start is None:
            return len(whole)
        # If a known key contains this start, all of that key waits.
        start = min([start, *(first for first, last in spans if first < start < last)])
        start = max(start, len(self._shown_tail))
        return len(whole) if len(whole) - start > MAX_WAITING else start


class StreamMasker:
    """Masks batches of events; deltas are masked as pieces of one text."""

    def __init__(self, masker: Masker) -> None:
        self._masker = masker
        self._texts: dict[str, tuple[events.Delta, TextMasker]] = {}
        """By model call: its last delta, and the masker of the text that it belongs to."""
        self._outputs: dict[str, TextMasker] = {}
        """By tool call: the masker of an output of which more pieces come."""

    def mask(self, batch: Sequence[events.Event]) -> tuple[list[events.Event], list[events.Event]]:
        """Two lists of masked events: for the metrics, and for the screen and the journal.

        The first has each delta with its own text, so that times and lengths are right; in the
        second, text that had to wait comes later, but before the event that ends it.
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
                if isinstance(event, events.ToolOutputContinued):
                    shown.append(self._piece(event))
                    continue
                masked = self._masker.mask_event(event)
                if isinstance(event, events.ToolFinished) and event.more:
                    text = TextMasker.after(self._masker, event.output)
                    self._outputs[event.tool_call] = text
                counted.append(masked)
                shown.extend(self._ended_by(event))
                shown.append(masked)
        return counted, shown

    def _piece(self, event: events.ToolOutputContinued) -> events.ToolOutputContinued:
        """A piece of an output; the last one has all that still waits."""
        text = self._outputs.setdefault(event.tool_call, TextMasker(self._masker))
        seen = event.text if text.pass_through(event.text) else text.feed(event.text)
        if event.last:
            seen += text.end()
            del self._outputs[event.tool_call]
        return event if seen is event.text else replace(event, text=seen)

    @property
    def is_waiting(self) -> bool:
        """Some text is not shown yet."""
        return any(text.is_unfinished for _, text in self._texts.values())

    def _deltas(self, run: list[events.Delta]) -> Iterator[events.Event]:
        """Mask consecutive deltas of one text."""
        before = self._texts.get(run[0].call)
        if before is None or _text_key(before[0]) != _text_key(run[0]):
            if before is not None:
                yield from _rest(*before)
            text = TextMasker(self._masker)
        else:
            text = before[1]
        self._texts[run[0].call] = run[-1], text
        if text.pass_through("".join([delta.text for delta in run])):
            yield from run
            return
        for delta in run:
            seen = text.feed(delta.text)
            yield delta if seen == delta.text else replace(delta, text=seen)

    def _ended_by(self, event: events.Event) -> Iterator[events.Event]:
        if isinstance(event, _ENDS):
            self._outputs.clear()
        if not self._texts or isinstance(event, _AMID):
            return
        call = getattr(event, "call", "")
        over = list(self._texts) if isinstance(event, _ENDS) else [call] if call else []
        for call in over:
            if call in self._texts:
                yield from _rest(*self._texts.pop(call))


def _rest(last: events.Delta, text: TextMasker) -> list[events.Event]:
    """The text that still waits, as one more delta."""
    seen = text.end() if text.is_unfinished else ""
    return [replace(last, text=seen)] if seen else []


def _text_key(event: events.Event) -> tuple[object, ...] | None:
    """Identifies the text that a delta belongs to; None for any other event."""
    if not isinstance(event, DELTAS):
        return None
    return (type(event), event.call, event.attempt, event.part, getattr(event, "tool_call", ""))
