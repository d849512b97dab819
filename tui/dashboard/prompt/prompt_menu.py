"""The menu above the prompt: commands, values of an argument, files, earlier messages."""

from rich.cells import cell_len
from rich.text import Text

from tui.core.sanitize.characters import clean_line
from tui.dashboard.fitted_text import fitted
from tui.dashboard.prompt.choices import Choice, Offer
from tui.dashboard.textual_internals.sizing import Words

MOST_ROWS = 10

LEAST_HELP = 16
"""Columns: with fewer, the help of a row is left out."""

_WIDEST_LABEL = 34

_WIDEST_WHERE_NARROW = 24

_NARROW = 80


class PromptMenu(Words):
    """Lies over what is above the prompt, so that nothing moves. The prompt reads the keys."""

    def __init__(self) -> None:
        super().__init__(id="prompt-menu", markup=False)
        self.display = False
        self.offer = Offer()
        self.at = -1
        """The row under the cursor; -1 for none."""

    @property
    def is_open(self) -> bool:
        return self.display and bool(self.offer.choices)

    @property
    def chosen(self) -> Choice | None:
        return self.offer.choices[self.at] if self.is_open and self.at >= 0 else None

    def open(self, offer: Offer) -> None:
        """Show these rows, with the cursor on the first one if nothing else is meant."""
        same = offer.choices == self.offer.choices and self.display
        self.offer = offer
        if not same:
            first = offer.at_once or (offer.only and offer.typed.strip("/"))
            self.at = 0 if first and offer.choices else -1
        self._show()

    def close(self) -> None:
        if self.display:
            self.display = False
            self.offer, self.at = Offer(), -1

    def move(self, by: int) -> None:
        """Move the cursor; behind the last row is the first one."""
        count = len(self.offer.choices)
        self.at = (self.at + by) % count if self.at >= 0 else (0 if by > 0 else count - 1)
        self._show()

    def fit(self) -> None:
        """The screen has another size."""
        if self.display:
            self._show()

    def _show(self) -> None:
        width, height = self.screen.size.width, self.screen.size.height
        # The heading, the prompt with its border and the hints stay visible.
        room = max(2, min(MOST_ROWS + 1, height - 6))
        lines = self._lines(max(width, 2), room)
        self.update(Text("\n", no_wrap=True).join(lines), layout=False)
        if not self.display or self.styles.height is None or self.styles.height.value != len(lines):
            self.styles.height = len(lines)
            self.styles.offset = (0, -len(lines))
            self.display = True

    def _lines(self, width: int, room: int) -> list[Text]:
        choices, count = self.offer.choices, len(self.offer.choices)
        if not choices:
            return [_cut(Text(f" {self.offer.title}", "dim"), width)]
        widest = self._widest(width)
        has_help_line = room > 2 and any(
            _column(one, widest) + cell_len(one.help) + 3 > width for one in choices if one.help
        )
        room -= has_help_line
        shown = min(count, room if count <= room else room - 1)
        first = min(max(0, self.at - shown // 2), count - shown)
        visible = choices[first : first + shown]
        column = min(max((_column(one, widest) for one in visible), default=0), width - 2)
        lines = [
            self._row(choice, column, width, at=number == self.at)
            for number, choice in enumerate(visible, first)
        ]
        if count > shown:
            above, below = first, count - first - shown
            words = [f"↑ {above} more"] * bool(above) + [f"↓ {below} more"] * bool(below)
            lines.append(_cut(Text(f" {'  '.join(words)}", "dim"), width))
        if has_help_line:
            help_ = clean_line(choices[self.at].help) if self.at >= 0 else ""
            lines.append(_cut(Text(f" {help_}", "italic"), width))
        return lines

    def _widest(self, width: int) -> int:
        """How many columns a label may take: a narrow screen leaves most of them to the help."""
        if not any(one.help for one in self.offer.choices):
            return width
        return _WIDEST_WHERE_NARROW if width < _NARROW else max(_WIDEST_LABEL, width // 3)

    def _row(self, choice: Choice, column: int, width: int, *, at: bool) -> Text:
        line = Text(f" {fitted(_label(choice), column)}", "bold" if at else "")
        left = width - column - 4
        if left >= LEAST_HELP and choice.help:
            line.append("  ")
            line.append(clean_line(choice.help), "" if at else "dim")
        line = _cut(line, width)
        if at:
            line.stylize("reverse")
        return line


def _label(choice: Choice) -> str:
    return clean_line(choice.label or choice.text)


def _column(choice: Choice, widest: int) -> int:
    return min(cell_len(_label(choice)), widest)


def _cut(line: Text, width: int) -> Text:
    """Exactly as wide as the screen."""
    line.truncate(width, overflow="ellipsis", pad=True)
    return line
