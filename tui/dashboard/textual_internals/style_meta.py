"""The data that Rich carries in a style."""

from rich.style import Style


def has_meta(style: Style | None, name: str) -> bool:
    """Whether a style carries a value; cheap for the many that carry none.

    Rich's own `Style.meta` unpickles each time that it is read.
    """
    return style is not None and bool(style._meta) and name in style.meta  # noqa: SLF001
