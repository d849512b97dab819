"""A line to type in, for filters, searches and names."""

from textual import events as textual_events
from textual.widgets import Input

from tui.dashboard.textual_internals.key_bindings import run_own_binding


class TypedLine(Input):
    """Does its keys in the order in which they came, also in a burst."""

    async def on_key(self, event: textual_events.Key) -> None:
        # Textual would do what a key is bound to only after the characters behind it.
        if not event.is_printable and await run_own_binding(self, event.key):
            event.stop()
            event.prevent_default()
