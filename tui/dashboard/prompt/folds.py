"""Long pastes, which the prompt shows as one short label. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

MOST_LINES: Final = 12
MOST_CHARACTERS: Final = 2_000
"""Of a paste that is shown as it is."""

MOST_KEPT: Final = 50
"""Folded texts, besides those that the prompt shows."""

_BROKEN_BY_EDITORS: Final = re.compile(r"[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""Line separators of which an editor would make plain new lines."""


def is_long(text: str) -> bool:
    """Whether the prompt folds a paste: it is large, or an editor would change it."""
    return (
        len(text) > MOST_CHARACTERS
        or text.count("\n") >= MOST_LINES
        or _BROKEN_BY_EDITORS.search(text) is not None
    )


class Folds:
    """The texts behind the labels in the prompt."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._labels: re.Pattern[str] | None = None

    def fold(self, text: str, shown: str = "") -> str:
        """The label for a text. ``shown``: what the prompt shows, whose labels stay known."""
        lines = text.count("\n") + (not text.endswith("\n"))
        size = f"{lines:,} lines" if lines > 1 else f"{len(text):,} characters"
        number, label = 1, f"[pasted {size}]"
        while self._texts.get(label, text) != text:
            number += 1
            label = f"[pasted {size}, {number}]"
        self.learn({label: text}, shown)
        return label

    def learn(self, texts: Mapping[str, str], shown: str = "") -> None:
        """Know labels that were made before, as those of a draft."""
        self._texts.update(texts)
        for label in [one for one in self._texts if one not in shown][:-MOST_KEPT]:
            del self._texts[label]
        longest_first = sorted(self._texts, key=len, reverse=True)
        self._labels = re.compile("|".join(map(re.escape, longest_first))) if self._texts else None

    def whole(self, shown: str) -> str:
        """The text that is sent: with what is behind the labels in their place."""
        if self._labels is None:
            return shown
        return self._labels.sub(lambda label: self._texts[label[0]], shown)

    def used(self, shown: str) -> dict[str, str]:
        """The labels in a text, with what is behind them."""
        return {shown[a:b]: self._texts[shown[a:b]] for a, b in self.spans(shown)}

    def spans(self, line: str) -> Iterator[tuple[int, int]]:
        """Where labels stand in a line."""
        if self._labels is not None:
            yield from (label.span() for label in self._labels.finditer(line))
