"""Text that fits into a number of columns."""

from rich.cells import cell_len, set_cell_size


def cut(text: str, width: int) -> str:
    """At most that many columns of the text, with an ellipsis where it is cut."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1) + "…" if width > 1 else ""


def fitted(text: str, width: int) -> str:
    """A name on one line of exactly this many columns; an ellipsis if it is cut."""
    text = text.replace("\n", " ")
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, max(width - 1, 0)) + "…"[:width]
