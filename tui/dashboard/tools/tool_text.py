"""Fits the texts of the tool log into cells."""

from rich.cells import cell_len

from tui.core.formatting import one_line
from tui.dashboard.fitted_text import cut


def cuts(text: str, width: int, *, prose: bool = False) -> list[int]:
    """Where to cut a line into parts of at most ``width`` cells, from 0 to its end.

    Anywhere, so that code and JSON stay as they are; ``prose`` between words.
    """
    places, at, end = [0], 0, len(text)
    while at < end:
        # No part has more characters than cells, apart from marks without a width.
        part = text[at : at + 2 * width]
        fits = _fitting(part, width)
        if prose and at + fits < end:
            fits = part.rfind(" ", 0, fits + 1) + 1 or fits
        at += fits
        places.append(at)
    return places if end else [0, 0]


def _fitting(text: str, width: int) -> int:
    """How many characters of the text fit into ``width`` cells; at least one."""
    used = 0
    for index, character in enumerate(text):
        used += cell_len(character)
        if used > width:
            return max(1, index)
    return len(text)


def shared(
    arguments: str, result: str, room: int, *, live: bool = False, whole: bool = False
) -> tuple[str, str]:
    """Arguments and result in ``room`` cells; each may use what the other does not need.

    ``live`` shows the end of the result, which is still being written; ``whole``: the result has
    all the room that it needs.
    """
    room = max(0, room)
    result = f" → {result}" if result and result != "…" else (" …" if result else "")
    arguments = f" {one_line(arguments)}" if arguments else ""
    least = room if whole else room // 2
    result_room = min(cell_len(result), max(least, room - cell_len(arguments)))
    arguments_room = room - result_room
    return cut(arguments, arguments_room), (_end if live else cut)(result, result_room)


def _end(text: str, width: int) -> str:
    lead = " → …"
    if cell_len(text) <= width or width <= cell_len(lead):
        return cut(text, width)
    backwards = text[::-1]
    return lead + backwards[: _fitting(backwards, width - cell_len(lead))][::-1]
