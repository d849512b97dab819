"""Does what a key is bound to at once, before the keys that come right behind it.

Textual looks for bindings only after the key has gone through the focused widget and everything
around it.
"""

from typing import Any

from textual.app import App
from textual.widget import Widget

from tui.dashboard.textual_internals.supported import MISSING


async def run_binding(app: App[Any], key: str) -> bool:
    """Run what a key is bound to anywhere; False if that is left to Textual."""
    if MISSING:
        return False
    return await app._check_bindings(key, priority=True) or await app._check_bindings(key)  # noqa: SLF001


async def run_own_binding(widget: Widget, key: str) -> bool:
    """Run what a key is bound to in the focused widget; False if that is left to Textual."""
    if MISSING:
        return False
    for node, bindings in widget.screen._modal_binding_chain:  # noqa: SLF001 - after the keymap
        if node is widget:
            for binding in bindings.key_to_bindings.get(key, ()):
                if not binding.priority and await widget.app.run_action(binding.action, widget):
                    return True
    return False
