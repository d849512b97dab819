"""The items of a conversation: stacks of units that know nothing of the screen."""

from time import localtime, strftime

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text

from tui.core.formatting import SECOND, call_time
from tui.core.json_text import EDITED, brief_arguments, pretty_json
from tui.dashboard.tools.tool_text import shared
from tui.dashboard.transcript.drawn_line import Line, line_of
from tui.dashboard.transcript.heights import Heights
from tui.dashboard.transcript.literal import limit_marks, literal, literal_line
from tui.dashboard.transcript.styles import Palette
from tui.dashboard.transcript.text_blocks import literal_lines
from tui.dashboard.transcript.transcript_units import DrawnUnit, TextUnit, Unit, chunks
from tui.dashboard.transcript.wrapping import wrapped

_ARROW = " → "
_MOST_BRIEF = 400
_MOST_JSON = 50_000
FOLDED_LINES = 6
"""The lines of a folded message, its heading included."""


class Item:
    """Something that happened in the conversation, with a key of the caller's choosing."""

    kind = "item"
    compact = False
    """No blank line between items of the same kind."""
    header_only = False
    """Folded, only its heading is shown; else the first lines of its text as well."""

    def __init__(self, key: str, at: float) -> None:
        self.key = key
        self.at = at
        self.index = 0
        self.gap_above = False
        """Whether there is a blank line above it."""
        self.folded = self.header_only
        self.show_time = False
        self.units: list[Unit] = [DrawnUnit(self._head)]
        self.heights = Heights()
        self.generations: list[int] = []
        """Per unit the generation of the layout that its height was measured in; 0: estimated."""

    @property
    def can_fold(self) -> bool:
        """Whether folding it hides anything."""
        return self.header_only or self.heights.total > FOLDED_LINES + 1

    @property
    def height(self) -> int:
        """The lines that are shown."""
        if not self.folded or not len(self.heights):
            return self.heights.total
        if self.header_only:
            return self.heights[0]
        return min(self.heights.total, FOLDED_LINES + 1)

    @property
    def is_folded(self) -> bool:
        """Whether a part of it is hidden."""
        return self.folded

    @property
    def shown_units(self) -> int:
        """How many of its units are shown, the last perhaps in part."""
        if not self.folded:
            return len(self.units)
        if self.header_only:
            return 1
        return self.heights.find(max(self.height - 1, 0))[0] + 1

    def measure(self, width: int) -> None:
        """Give every new unit a height, estimated until it is drawn."""
        for unit in self.units[len(self.heights) :]:
            self.heights.append(unit.estimate(width))
            self.generations.append(0)

    def cut(self, length: int) -> None:
        """Drop the units from ``length`` on."""
        del self.units[length:]
        self.heights.truncate(min(length, len(self.heights)))
        del self.generations[length:]

    def source(self) -> str:
        """Its text, for copying."""
        return "".join(unit.source for unit in self.units).strip("\n")

    def fold(self, *, folded: bool) -> None:
        """Hide all but the first lines, or show everything again."""
        self.folded = folded

    def title(self) -> list[tuple[str, str]]:
        """The words of its heading with their styles."""
        return []

    def title_in(self, room: int) -> list[tuple[str, str]]:
        """The same for that many columns; what is still too long is cut at its end."""
        return self.title() if room else []

    def _head(self, width: int, palette: Palette) -> list[Line]:
        time = strftime("%H:%M:%S", localtime(self.at)) if self.show_time else ""
        room = width - len(time) - 1 if time else width
        title = self.title_in(room)
        lines: list[Line] = [[]] if self.gap_above else []
        if not title and not self.show_time:
            return lines
        text = Text()
        for words, style in title:
            text.append(words, palette[style])
        if text.cell_len > room:
            text.truncate(max(room, 1), overflow="ellipsis")
        line = line_of(text)
        if time:
            gap = max(width - text.cell_len - len(time), 1)
            line += [Segment(" " * gap, palette.decoration("")), Segment(time, palette["dim"])]
        return [*lines, line]


class UserItem(Item):
    """The user's message, as typed."""

    kind = "user"

    def __init__(self, key: str, text: str, at: float) -> None:
        super().__init__(key, at)
        self.units += [TextUnit(part) for part in chunks(literal(text))]

    def title(self) -> list[tuple[str, str]]:
        return [("You", "user")]


class ToolItem(Item):
    """A tool call: one line; opened, its arguments and its result as well."""

    kind = "tool"
    compact = True
    header_only = True
    _MARKS = {  # noqa: RUF012 - never changed
        "running": ("⟳ ", "dim"),
        "waiting": ("? ", "failed"),
        "ok": ("✓ ", "ok"),
        "failed": ("✗ ", "failed"),
        "cancelled": ("⊘ ", "dim"),
        "interrupted": ("⊘ ", "dim"),
        "rejected": ("⊘ ", "failed"),
    }

    def __init__(self, key: str, name: str, at: float, parent: str = "") -> None:
        super().__init__(key, at)
        self.name = literal_line(name)
        self.parent = parent
        self.arguments = ""
        self.edited = ""
        self._brief = ""
        self.result = ""
        self.state = "running"
        self.seconds: float | None = None
        self.approximate = False

    def title(self) -> list[tuple[str, str]]:
        brief, outcome = self._brief, self._outcome
        return self._title(f" {brief}" if brief else "", f"{_ARROW}{outcome}" if outcome else "")

    def title_in(self, room: int) -> list[tuple[str, str]]:
        """Long arguments give way to the outcome, and both to the time."""
        left = room - sum(cell_len(words) for words, _ in self._title("", ""))
        whole = self.state == "waiting"
        brief, outcome = shared(self._brief, self._outcome, left, whole=whole)
        return self._title(brief, outcome)

    def _title(self, brief: str, outcome: str) -> list[tuple[str, str]]:
        mark, style = self._MARKS[self.state]
        fold = "▸ " if self.folded else "▾ "
        words = [("  ↳ " if self.parent else "", "dim"), (fold, "dim"), (mark, style)]
        words += [(self.name, "tool"), (brief, "dim")]
        arrow = len(_ARROW) if outcome.startswith(_ARROW) else 0
        words += [
            (outcome[:arrow], "dim"),
            (outcome[arrow:], "" if self.state == "ok" else "failed"),
        ]
        if self.seconds is not None:
            time = call_time(round(self.seconds * SECOND), approximate=self.approximate)
            words.append((f"  {time}", "dim"))
        return words

    @property
    def _outcome(self) -> str:
        if self.state == "running":
            return ""
        if self.state == "waiting":
            return "waits for your answer"
        shown = literal_line(self.result[:400])
        if self.state == "ok":
            return shown or "(nothing)"
        # Who rejected it, or a reason.
        gap = " " if shown.startswith("by ") else ": "
        return f"{self.state}{gap}{shown}" if shown else self.state

    def rebuild(self) -> None:
        """Stack the arguments and the result again after a change."""
        self.cut(1)
        # Parsing text this long takes time, and nobody reads it to its end.
        used = self.edited or self.arguments
        brief = brief_arguments(used) if len(used) <= _MOST_JSON else used
        self._brief = (EDITED if self.edited else "") + literal_line(brief[:_MOST_BRIEF])
        for name, text in (
            ("arguments", _readable(self.arguments)),
            ("changed to", _readable(self.edited)),
            ("result", self.result),
        ):
            if text:
                self.units.append(TextUnit(name, "dim", "  │ "))
                self.units += [TextUnit(part, "", "  │   ") for part in chunks(literal(text))]

    def source(self) -> str:
        return f"{self.name} {self.edited or self.arguments}\n{self.result}".rstrip("\n")


def _readable(arguments: str) -> str:
    return pretty_json(arguments) if len(arguments) <= _MOST_JSON else arguments


class HandoffItem(Item):
    """A handoff to another agent."""

    kind = "handoff"

    def __init__(self, key: str, source: str, target: str, at: float) -> None:
        super().__init__(key, at)
        self._words = f"{literal_line(source)} → {literal_line(target)}"

    def title(self) -> list[tuple[str, str]]:
        return [("⇢ handoff ", "dim"), (self._words, "agent")]

    def source(self) -> str:
        return self._words


class NoticeItem(Item):
    """A line from the program itself."""

    kind = "notice"
    compact = True

    def __init__(self, key: str, text: str, at: float) -> None:
        super().__init__(key, at)
        self.units += [TextUnit(part, "notice") for part in chunks(literal(text))]


class ErrorItem(Item):
    """A card: what happened, what to do, which keys; its detail opens and folds."""

    kind = "error"

    def __init__(  # noqa: PLR0917 - the card's parts from top to bottom
        self,
        key: str,
        title: str,
        what_to_do: str,
        keys_hint: str,
        detail: str,
        at: float,
        *,
        folded: bool = True,
        fold_key: str = "Space",
    ) -> None:
        super().__init__(key, at)
        self._fold_key = fold_key
        self._title = limit_marks(literal(title))
        self._advice = literal(what_to_do)
        self._hint = literal_line(keys_hint)
        self.detail = literal(detail)
        self.fold(folded=folded or not detail)

    @property
    def can_fold(self) -> bool:
        return bool(self.detail)

    @property
    def is_folded(self) -> bool:
        return self.detail_folded

    def fold(self, *, folded: bool) -> None:
        """Show or hide the detail."""
        self.detail_folded = folded
        self.cut(1)
        self.units.append(DrawnUnit(self._card, f"{self._title}\n{self._advice}"))
        if not folded:
            self.units += [TextUnit(part, "dim", "▌ ") for part in chunks(self.detail)]

    def source(self) -> str:
        return "\n".join(filter(None, (self._title, self._advice, self.detail)))

    def _card(self, width: int, palette: Palette) -> list[Line]:
        room = max(width - 2, 1)
        lines = [
            line_of(line) for line in wrapped(Text(f"✗ {self._title}", palette["error"]), room)
        ]
        if self._advice:
            lines += literal_lines(self._advice, room, palette)
        does = "shows" if self.detail_folded else "hides"
        more = f"{self._fold_key} {does} the detail" if self.detail else ""
        hint = "  ·  ".join(filter(None, (self._hint, more)))
        if hint:
            lines += literal_lines(hint, room, palette, "dim")
        bar = Segment("▌ ", palette.decoration("failed"))
        return [[bar, *line] for line in lines]
