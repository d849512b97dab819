"""Everything a person can do, in one table.

Key bindings, the line of hints, the palette, slash commands and the help screen are all made from
it, so that they cannot disagree. Importable without Textual.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

Scope = Literal["everywhere", "panes"]
"""``panes``: a plain letter that would be typed while the prompt has the focus."""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do: ``id`` names its action on the main screen (``action_<id>``)."""

    id: str
    title: str
    help: str
    keys: tuple[str, ...] = ()
    slash: str = ""
    """The word after "/"; "" when the prompt does not offer it."""
    argument: str = ""
    """What the slash command takes, as shown in the help; "" for nothing."""
    hint: str = ""
    """The word in the line of hints; "" leaves it out there."""
    scope: Scope = "everywhere"
    palette: bool = True


COMMANDS: tuple[Command, ...] = (
    Command(
        id="escape",
        keys=("escape",),
        title="Cancel",
        hint="cancel",
        palette=False,
        help="Cancel the run; else close what is open; else go to the prompt. "
        "A second Esc while a tool still hangs restarts the worker.",
    ),
    Command(
        id="interrupt",
        keys=("ctrl+c",),
        title="Copy, cancel or clear",
        palette=False,
        help="Copy the selection; else cancel; else clear the draft; else press twice to quit.",
    ),
    Command(
        id="retry",
        keys=("ctrl+r", "f5"),
        slash="retry",
        title="Retry",
        hint="retry",
        help="In a back-off: retry now. After a failed or cancelled turn: go on from what is "
        "finished. After a turn that ended well: take it back and run it again.",
    ),
    Command(
        id="stop_after_call",
        keys=("s",),
        scope="panes",
        title="Stop after this model call",
        help="Let the model call that runs come to its end, then stop.",
    ),
    Command(
        id="cancel_tool",
        keys=("x",),
        scope="panes",
        title="Cancel a tool",
        help="Cancel the tool under the cursor, or the only one that runs; the agent is told, and "
        "the run goes on. What runs in a thread cannot be interrupted.",
    ),
    Command(
        id="help",
        keys=("f1",),
        slash="help",
        title="Help",
        hint="help",
        help="Keys, commands and what every figure means.",
    ),
    Command(
        id="history",
        slash="history",
        title="History",
        help="The turns of this conversation, with their time and first words.",
    ),
    Command(
        id="stats",
        slash="stats",
        title="Statistics",
        help="Messages, their lengths, tokens, TTFT and tok/s of this conversation.",
    ),
    Command(
        id="new_session",
        keys=("ctrl+n",),
        slash="clear",
        title="New session",
        help="Begin a new conversation: the agent forgets, the panes are emptied; "
        "the one before stays in the journal.",
    ),
    Command(
        id="open_session",
        keys=("ctrl+o",),
        title="Open a session",
        help="Go on with an earlier conversation, as it stood.",
    ),
    Command(
        id="session",
        slash="session",
        argument="list or id",
        title="This session",
        help="Which session this is and where it is kept; list or an id opens another one.",
    ),
    Command(
        id="export",
        slash="export",
        argument="md or jsonl, path",
        title="Export this session",
        help="Write the conversation as Markdown, or every event as a JSON line, to a file.",
    ),
    Command(
        id="agent",
        slash="agent",
        title="The agent",
        help="The agent's model, host, tools and hand-offs.",
    ),
    Command(
        id="show_chat",
        keys=("f2",),
        title="Chat",
        help="Go to the chat; again: as large as the screen, and back.",
    ),
    Command(
        id="show_tools",
        keys=("f3",),
        title="Tool calls",
        help="Go to the tool calls; again: as large as the screen, and back.",
    ),
    Command(
        id="show_performance",
        keys=("f4",),
        title="Performance",
        help="Go to the figures; again: as large as the screen, and back.",
    ),
    Command(
        id="toggle_reasoning",
        keys=("ctrl+t",),
        title="Show or fold reasoning",
        help="Open or fold what the model thought before it answered.",
    ),
    Command(
        id="search",
        keys=("slash",),
        scope="panes",
        slash="search",
        argument="words",
        title="Search the chat",
        help="Find words in the chat; n and N go to the next and the previous hit.",
    ),
    Command(
        id="next_hit", keys=("n",), scope="panes", title="Next hit", palette=False,
        help="Go to the next hit of the search.",
    ),
    Command(
        id="previous_hit", keys=("N",), scope="panes", title="Previous hit", palette=False,
        help="Go to the previous hit of the search.",
    ),
    Command(
        id="model",
        slash="model",
        argument="name",
        title="Model",
        help="Use another model from the next turn on; without a name: back to the agent's own.",
    ),
    Command(
        id="reload",
        slash="reload",
        title="Reload the agent",
        help="Start a new worker with the agent's code as it is now; the conversation stays.",
    ),
    Command(
        id="theme",
        slash="theme",
        argument="name",
        title="Theme",
        help="Choose the colours.",
    ),
    Command(
        id="pace",
        slash="pace",
        argument="instant, smooth or words per minute",
        title="Display pace",
        help="How fast text appears: as it comes, evened out, or at a reading speed.",
    ),
    Command(
        id="faults",
        slash="faults",
        title="Faults of the demo",
        help="What the demo agent can act out, from a rate limit to a broken stream.",
    ),
    Command(
        id="redraw", keys=("ctrl+l",), title="Redraw", help="Paint the whole screen again.",
    ),
    Command(
        id="suspend",
        keys=("ctrl+z",),
        title="Suspend",
        palette=False,
        help="Back to the shell; fg returns.",
    ),
    Command(
        id="palette",
        keys=("ctrl+p",),
        title="Palette",
        hint="palette",
        palette=False,
        help="Every command, by name.",
    ),
    Command(
        id="quit",
        keys=("ctrl+q",),
        slash="quit",
        title="Quit",
        hint="quit",
        help="Leave; asks when something runs.",
    ),
)  # fmt: skip

ALIASES = {"question_mark": "help", "1": "show_chat", "2": "show_tools", "3": "show_performance"}
"""Second keys outside the prompt: key → command id."""

PROMPT_KEYS = (
    ("Enter", "send; while a run streams: queue the message"),
    ("Ctrl+J, Shift+Enter", "new line"),
    ("Up / Down in an empty prompt", "earlier prompts; a queued message comes back"),
    ("Tab / Shift+Tab", "next / previous pane; completes a slash command"),
    ("PgUp PgDn Home End", "scroll the pane; End follows again"),
    ("Space or Enter on a row", "open or fold it"),
    ("j / k in the chat", "next / previous message"),
    ("c / C in the chat", "next / previous block of code"),
    ("t in the chat", "show or hide times"),
    ("y in a pane", "copy the focused message, block of code or tool result"),
    ("← → o c in performance", "another turn's waterfall, order of the tables, charts"),
    ("Space in performance", "freeze the display, not the data"),
    ("y / a / n in an approval", "once / always for this tool / reject"),
)
"""Keys of single widgets, for the help screen."""

PANE_BINDINGS = frozenset((
    "approval.always", "approval.once", "approval.reject",
    "letter.help", "letter.show_chat", "letter.show_performance", "letter.show_tools",
    "performance.charts", "performance.earlier", "performance.freeze", "performance.later",
    "performance.order",
    "prompt.complete", "prompt.new_line",
    "tools.copy", "tools.down", "tools.first", "tools.fold", "tools.last", "tools.up",
    "transcript.copy", "transcript.fold", "transcript.next", "transcript.next_code",
    "transcript.prev_code", "transcript.previous", "transcript.times",
))  # fmt: skip
"""Ids of the bindings that stand beside a widget: their keys can be changed like a command's."""

BINDINGS = frozenset(command.id for command in COMMANDS if command.keys) | PANE_BINDINGS
"""Ids of everything whose keys can be changed."""

BY_SLASH = {command.slash: command for command in COMMANDS if command.slash}


Commands = tuple[Command, ...]


def with_keys(keys: Mapping[str, str]) -> Commands:
    """The table with the keys of a person's settings: command id → key, or several with commas."""
    return tuple(
        msgspec.structs.replace(
            command, keys=tuple(key.strip() for key in keys[command.id].split(","))
        )
        if command.id in keys
        else command
        for command in COMMANDS
    )


class Entered(msgspec.Struct, frozen=True):
    """What the person typed after "/": a known command with its argument, or an unknown word."""

    word: str
    argument: str
    command: Command | None


def parse_slash(text: str) -> Entered | None:
    """None when the text is a message for the agent: no "/", or a path such as /etc/hosts."""
    if not text.startswith("/") or "\n" in text.strip():
        return None
    word, _, argument = text[1:].strip().partition(" ")
    if not word or "/" in word:
        return None
    return Entered(word=word, argument=argument.strip(), command=BY_SLASH.get(word.lower()))


def completions(text: str) -> list[str]:
    """Slash words that begin with what stands in the prompt, "/" included."""
    if not text.startswith("/") or " " in text or "\n" in text:
        return []
    return [f"/{word}" for word in sorted(BY_SLASH) if word.startswith(text[1:].lower())]


KEY_NAMES = {
    "escape": "Esc",
    "question_mark": "?",
    "slash": "/",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
}


def key_words(commands: Commands, id: str) -> str:  # noqa: A002
    """The first key of a command as it is written in a sentence: "ctrl+r" → "Ctrl+R"."""
    key = next(command.keys[0] for command in commands if command.id == id)
    return "+".join(part.capitalize() for part in KEY_NAMES.get(key, key).split("+"))


def key_name(key: str) -> str:
    """How a key is written for people: "ctrl+r" → "^R", "f1" → "F1"."""
    if key in KEY_NAMES:
        return KEY_NAMES[key]
    if key.startswith("ctrl+"):
        return f"^{key[5:].upper()}"
    return key.upper() if key[:1] == "f" and key[1:].isdigit() else key
