"""What a command is, and where its keys work. Importable without Textual."""

from typing import Literal

import msgspec

Scope = Literal[
    "everywhere", "outside the prompt", "prompt", "chat", "tools", "performance", "approval",
    "waiting messages",
    "replay", "text", "files", "sessions", "choices", "pane line",
    "text entry", "question", "bug report",
]  # fmt: skip
"""Where the keys of a command work. ``text``: help, statistics and the like."""

PLACES: dict[Scope, str] = {
    "everywhere": "everywhere",
    "outside the prompt": "outside the prompt",
    "replay": "in a replay, outside the prompt",
    "prompt": "in the prompt",
    "chat": "in the chat",
    "tools": "in the tool calls",
    "performance": "in the performance pane",
    "approval": "when a tool asks for approval",
    "waiting messages": "in the messages that wait",
    "text": "in the help and other texts",
    "files": "in a tool's pictures and files",
    "sessions": "in the list of sessions",
    "choices": "in a list to choose from",
    "pane line": "in the line at the edge of a pane",
    "text entry": "in a text to be written",
    "question": "in a question",
    "bug report": "in a bug report",
}
"""Each scope in words, in the order of the help."""


ON_TOP = ("escape", "interrupt", "quit", "suspend")
"""Commands that every screen on top of the dashboard has too."""

SCREENS_ON_TOP: frozenset[Scope] = frozenset(
    ("text", "files", "sessions", "choices", "text entry", "question", "bug report")
)
"""Scopes in which no other command of "everywhere" works."""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do."""

    id: str
    """Its name in the settings."""
    title: str
    help: str
    scope: Scope = "everywhere"
    keys: tuple[str, ...] = ()
    action: str = ""
    """The Textual action; "" for ``id``, "-" when its widget reads the key itself."""
    slash: str = ""
    """The word after "/"; "" when the prompt does not offer it."""
    argument: str = ""
    """What the slash command takes, as shown in the help; "" for nothing."""
    hint: str = ""
    """The word in the line of hints; "" leaves it out there."""
    alias_of: str = ""
    """The id of the command that these are more keys of."""
    palette: bool = False
    fixed: bool = False
    """The keys are Textual's own: they cannot be changed."""


Commands = tuple[Command, ...]
