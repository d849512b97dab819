"""What a pane that is searched says in its lower border."""

from rich.text import Text
from textual.widget import Widget

from tui.dashboard.commands.bindings import key_of
from tui.dashboard.messages import HitsChanged


def show_found(pane: Widget, found: HitsChanged) -> None:
    """Put the result of a search into the lower border of the pane, where it covers nothing.

    An empty pattern with hits asked for says how to begin a search; `forget_found` removes it.
    """
    words = found_words(pane, found)
    pane.border_subtitle = Text(words)
    if not pane.styles.border_bottom[0]:
        # A low terminal has no borders.
        pane.notify(words, markup=False)


def forget_found(pane: Widget) -> None:
    """The search has ended."""
    pane.border_subtitle = ""


def found_words(pane: Widget, found: HitsChanged) -> str:
    """``pane`` knows the keys in force."""
    if not found.pattern:
        return f"No search yet: {key_of(pane, 'search')} starts one."
    if not found.count:
        return f"{found.pattern}: nothing found"
    folded = f", {found.folded:,} of them in folded parts" if found.folded else ""
    step, back, end = (key_of(pane, name) for name in ("next_hit", "previous_hit", "escape"))
    place = f"{found.pattern}: {found.current:,} of {found.count:,}"
    return f"{place}{folded} · {step} {back} · {end} ends"
