"""Names that fit into a column."""

from rich.cells import cell_len, set_cell_size


def fitted(text: str, width: int) -> str:
    """A name on one line of exactly this many columns; an ellipsis if it is cut."""
    text = text.replace("\n", " ")
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, max(width - 1, 0)) + "…"[:width]
