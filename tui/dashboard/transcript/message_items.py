"""An agent's message or its reasoning: Markdown that streams."""

import json
import re
from collections.abc import Iterator

from tui.core.conversation import DECLINED, Citation
from tui.core.formatting import SECOND, duration
from tui.dashboard.transcript.drawn_line import Line
from tui.dashboard.transcript.highlighting import MOST_CHARACTERS, coloured, is_deferred
from tui.dashboard.transcript.literal import literal, literal_line
from tui.dashboard.transcript.markdown import normalised
from tui.dashboard.transcript.pieces import Fence, Piece
from tui.dashboard.transcript.source_unit import SourceUnit, source_units
from tui.dashboard.transcript.splitter import Splitter
from tui.dashboard.transcript.styles import Palette
from tui.dashboard.transcript.text_blocks import literal_lines
from tui.dashboard.transcript.transcript_items import Item
from tui.dashboard.transcript.transcript_units import DrawnUnit, PieceUnit, TextUnit

SHORTEST = 0.0005
"""Seconds: less reads as 0 ms."""

_LABEL = re.compile(r"\[([^\[\]]+)\]")


class MessageItem(Item):
    """Text that streams: ``feed`` only keeps it, ``steps`` do the work in small portions."""

    kind = "answer"
    style = ""
    inset = ""

    def __init__(self, key: str, agent: str, at: float) -> None:
        super().__init__(key, at)
        self.agent = literal_line(agent)
        self.label = ""
        self.finished = False
        self._note = ""
        self._sources: tuple[SourceUnit, ...] = ()
        self._start_over()

    def _start_over(self) -> None:
        self.cut(1)
        self._end: int | None = None
        """The first unit below the text, once it is complete."""
        self._splitter = Splitter()
        self._tail: PieceUnit | TextUnit | None = None
        self._held = ""
        self._running: Iterator[list[int]] | None = None
        self._users: dict[str, list[int]] = {}
        self._colouring: list[Fence] = []
        self._fences: dict[int, list[int]] = {}

    def title(self) -> list[tuple[str, str]]:
        words = [(self.agent, "agent"), (self.label, "dim")]
        return [(" · " * (style == "dim") + text, style) for text, style in words if text]

    def feed(self, text: str) -> None:
        """Add text at the end."""
        text = self._held + text
        # A line end may be cut in two.
        self._held = "\r" if text.endswith("\r") else ""
        self._splitter.feed(literal(text[:-1] if self._held else text))

    def show_source(self) -> None:
        """Show what was fed as it is, until there is time to work on it."""
        self._drop_tail()
        if (text := self._splitter.tail().source).strip():
            self._tail = TextUnit(text, self.style, self.inset)
            self.units.append(self._tail)

    def steps(self) -> Iterator[list[int]]:
        """Take in what was fed, continuing where it was left. Yields units to draw again."""
        # Not wrapped: a wrapper that is dropped half-way would close it.
        if self._running is None:
            self._running = self._advance()
        return self._running

    def finish(self, note: str = "") -> None:
        """No more text will come; ``note`` is why it was cut, if it was."""
        self.finished = True
        self._note = literal(note)

    def note(self, note: str) -> None:
        """Set another reason why it was cut."""
        self._note = literal(note)
        if self._end is not None:
            self._add_end()

    def cite(self, citations: tuple[Citation, ...]) -> None:
        """Set the sources, which are shown below the text once it is complete."""
        self._sources = tuple(source_units(citations))
        if self._end is not None:
            self._add_end()

    def replace(self, text: str) -> bool:
        """Replace the whole text; False if it is the same."""
        if literal(text).strip("\n") == self.text():
            return False
        note, finished = self._note, self.finished
        self._start_over()
        self.feed(text)
        self.finished, self._note = finished, note
        return True

    def withdraw(self, reason: str) -> None:
        """Show why in place of the text."""
        self._sources = ()
        self._start_over()
        self.finish(reason)

    def source(self) -> str:
        sources = "\n".join(unit.source for unit in self._sources)
        return "\n\n".join(filter(None, (self.text(), sources)))

    def text(self) -> str:
        """What was said, without the sources below it."""
        last = self.tail_index if self._end is None else self._end
        frozen = "".join(unit.source for unit in self.units[:last])
        return (frozen + self._splitter.tail().source).strip("\n")

    @property
    def awaits_colours(self) -> bool:
        """Whether a long fence is still plain."""
        return bool(self._colouring)

    @property
    def tail_index(self) -> int:
        """The unit that may still change, or the number of units."""
        return len(self.units) - (self._tail is not None)

    def _advance(self) -> Iterator[list[int]]:
        for pieces in self._splitter.advance():
            yield self._take(pieces)
        if self.finished:
            for pieces in self._splitter.finish():
                yield self._take(pieces)
        self._drop_tail()
        while self._colouring and not is_deferred(self._colouring[-1].language):
            yield from self.colour(self._colouring.pop())
        if self.finished:
            if self._end is None:
                self._end = len(self.units)
            self._add_end()
        elif (tail := self._splitter.tail()).source.strip():
            self._tail = self._unit(tail)
            self.units.append(self._tail)
        self._running = None

    def colour(self, fence: Fence) -> Iterator[list[int]]:
        """Highlight a long fence line by line; its units are drawn again at the end."""
        if sum(map(len, fence.lines)) > MOST_CHARACTERS:
            fence.lines.clear()
            return
        colours = []
        for words in coloured(fence.language, "\n".join(fence.lines)):
            colours.append(words)
            yield []
        colours += [[] for _ in range(len(fence.lines) - len(colours))]
        fence.colours = colours
        fence.lines.clear()
        yield self._fences.pop(id(fence), [])

    def _take(self, pieces: list[Piece]) -> list[int]:
        """Add pieces that are final now as units; returns units to draw again."""
        return [unit for piece in pieces for unit in self._take_one(piece)]

    def _take_one(self, piece: Piece) -> list[int]:
        self._drop_tail()
        index = len(self.units)
        self.units.append(self._unit(piece))
        for fence in {id(f): f for f in (piece.context.fence, piece.fence) if f}.values():
            self._fences.setdefault(id(fence), []).append(index)
            if fence.closed and all(fence is not known for known in self._colouring):
                self._colouring.append(fence)
        if "[" in piece.source:
            for label in _LABEL.findall(piece.source):
                self._users.setdefault(normalised(label), []).append(index)
        return self._newly_defined()

    def _newly_defined(self) -> list[int]:
        """The units that use what the last piece defined."""
        stale: list[int] = []
        for label in self._splitter.definitions.take_new():
            stale += self._users.get(label, [])
        return stale

    def _unit(self, piece: Piece) -> PieceUnit:
        first = len(self.units) == 1
        env = self._splitter.definitions.env
        return PieceUnit(piece, env, first=first, style=self.style, inset=self.inset)

    def _drop_tail(self) -> None:
        if self._tail is not None:
            self._tail = None
            self.cut(len(self.units) - 1)

    def _add_end(self) -> None:
        """Put the sources and the note below the text."""
        self.cut(self._end or len(self.units))
        self.units += self._sources
        if self._note:
            self.units.append(DrawnUnit(self._note_lines))

    def _note_lines(self, width: int, palette: Palette) -> list[Line]:
        return literal_lines(f"✂ {self._note}", width, palette, "failed")


class AnswerItem(MessageItem):
    """An agent's answer; with an output_type, JSON."""

    def __init__(self, key: str, agent: str, at: float, *, as_json: bool = False) -> None:
        self._as_json = as_json
        super().__init__(key, agent, at)

    def _start_over(self) -> None:
        super()._start_over()
        if self._as_json:
            self._splitter.feed("```json\n")

    def finish(self, note: str = "") -> None:
        if self._as_json and not self.finished:
            pretty = _pretty(self.text())
            self._start_over()
            self.feed(f"{pretty}\n```\n")
        super().finish(note)

    def replace(self, text: str) -> bool:
        if self._as_json and self.finished:
            return super().replace(f"{_pretty(text)}\n```\n")
        return super().replace(text)

    def text(self) -> str:
        text = super().text()
        if not self._as_json:
            return text
        return text.removeprefix("```json\n").removesuffix("\n```")


class RefusalItem(MessageItem):
    """A message in which an agent declines to answer."""

    kind = "refusal"
    inset = "▌ "

    def title(self) -> list[tuple[str, str]]:
        agent = [(f"{self.agent} ", "agent")] if self.agent else []
        return [*agent, (DECLINED, "failed")]


class ReasoningItem(MessageItem):
    """A model's reasoning: one line with its duration until it is opened."""

    kind = "reasoning"
    compact = True
    header_only = True
    style = "reasoning"
    inset = "│ "

    def __init__(self, key: str, at: float) -> None:
        super().__init__(key, "", at)
        self.seconds: float | None = None

    def title(self) -> list[tuple[str, str]]:
        fold = "▸ " if self.folded else "▾ "
        done = "reasoning…"
        if self.seconds is not None:
            # Reasoning that came whole does not show how long it took.
            timed = self.seconds >= SHORTEST
            done = f"reasoned for {duration(round(self.seconds * SECOND))}" if timed else "reasoned"
        return [(fold + done, "reasoning")]


def _pretty(text: str) -> str:
    """JSON with indents; anything else as it is."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
