"""Isolates a widget that cannot be painted: it shows that it failed, the others are painted."""

import traceback
from collections.abc import Callable, Iterator
from functools import partial

from rich.segment import Segment
from textual.geometry import Spacing
from textual.layout import DockArrangeResult
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget


def failed_widget(error: BaseException) -> Widget | None:
    """The widget that raised the error while Textual painted or measured it."""
    painted = [
        owner
        for name, owner in _calls(error)
        if isinstance(owner, Widget)
        and not isinstance(owner, Screen)
        and name in _substitutes(owner)
    ]
    return painted[-1] if painted else None


def went_through(error: BaseException, kind: type) -> bool:
    """Whether the error was raised in a method of such an object, or in something it called."""
    return any(isinstance(owner, kind) for _, owner in _calls(error))


def isolate(widget: Widget, error: str) -> bool:
    """Paint two lines about the error in place of the widget's content; False if that was done."""
    if "render_line" in vars(widget):
        return False
    vars(widget).update(_substitutes(widget, "This cannot be shown because of a bug:", error))
    widget.refresh()
    return True


def restore(widget: Widget) -> None:
    """Let the widget paint itself again."""
    for name in _substitutes(widget):
        vars(widget).pop(name, None)
    widget.refresh()


def _calls(error: BaseException) -> Iterator[tuple[str, object]]:
    """The methods that the error went through, outermost first, and their objects."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        yield frame.f_code.co_name, frame.f_locals.get("self")


def _substitutes(widget: Widget, *lines: str) -> dict[str, Callable[..., object]]:
    """What replaces the methods by which a widget is painted and measured."""

    def render_line(y: int) -> Strip:
        text = lines[y] if y < len(lines) else ""
        return Strip([Segment(text, widget.rich_style)]).adjust_cell_length(
            widget.size.width, widget.rich_style
        )

    return {
        "arrange": lambda *_: DockArrangeResult([], set(), Spacing()),  # no children
        "fit": lambda *_: None,
        "get_content_height": lambda *_: len(lines),
        "get_content_width": lambda container, *_: container.width,
        "render_line": render_line,
        "render_lines": partial(Widget.render_lines, widget),
    }
