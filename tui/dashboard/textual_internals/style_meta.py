"""The data that Rich carries in a style."""

from rich.style import Style

from tui.dashboard.textual_internals.supported import MISSING


def has_meta(style: Style | None, name: str) -> bool:
    """Whether a style carries a value; cheap for the many that carry none.

    Rich's own `Style.meta` unpickles each time that it is read.
    """
    if style is None or not (MISSING or style._meta):  # noqa: SLF001
        return False
    return name in style.meta
