"""Puts the bullets, numbers and bars of lists and quotes before the lines in them."""

from rich.segment import Segment

from tui.dashboard.transcript.drawn_line import Line


class Margins:
    """Drawn lines, each behind the marks of all open containers.

    The marks are joined when a container opens, not for every line in it.
    """

    __slots__ = ("_heads", "_pads", "_unused", "lines")

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._heads: list[Line] = [[]]
        self._pads: list[Line] = [[]]
        self._unused = 0
        """How many of the innermost containers have no line yet."""

    def open(self, head: Segment, pad: Segment) -> None:
        """Begin a container: ``head`` goes before its first line, ``pad`` before the others."""
        before = self._heads[-1] if self._unused else self._pads[-1]
        self._heads.append(_joined(before, head))
        self._pads.append(_joined(self._pads[-1], pad))
        self._unused += 1

    def close(self) -> None:
        """End the innermost container."""
        self._heads.pop()
        self._pads.pop()
        self._unused = max(self._unused - 1, 0)

    def put(self, lines: list[Line]) -> None:
        """Add lines of the innermost container."""
        if not lines:
            return
        pad = self._pads[-1]
        if self._unused:
            self.lines.append(self._heads[-1] + lines[0])
            self._unused = 0
            lines = lines[1:]
        self.lines += [pad + line for line in lines]


def _joined(marks: Line, mark: Segment) -> Line:
    """Marks and one more; neighbours of the same style are one segment."""
    if not marks or marks[-1].style != mark.style:
        return [*marks, mark]
    return [*marks[:-1], Segment(marks[-1].text + mark.text, mark.style)]
