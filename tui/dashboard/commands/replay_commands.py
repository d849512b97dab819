"""Commands of a replay, and what becomes of the others in one. Importable without Textual."""

from tui.dashboard.commands.command import Command, Commands
from tui.dashboard.commands.command_table import COMMANDS

_OWN: Commands = (
    Command(
        id="replay_pause", title="Pause or resume", scope="replay", keys=("space", "p"),
        slash="pause", hint="pause", palette=True,
        help="Pause the replay, or resume it. At its end: play it again.",
    ),
    Command(
        id="replay_next_error", title="Next error", scope="replay", keys=("greater_than_sign",),
        hint="error", palette=True,
        help="Go to the next failed attempt, tool, run or worker.",
    ),
    Command(
        id="replay_next_turn", title="Next turn", scope="replay", keys=("right_curly_bracket",),
        hint="turn", palette=True,
        help="Go to the start of the next turn.",
    ),
    Command(
        id="replay_next_call", title="Next model call", scope="replay",
        keys=("right_square_bracket",), hint="call", palette=True,
        help="Go to the start of the next model call.",
    ),
    Command(
        id="replay_next_event", title="Next event", scope="replay", keys=("full_stop",),
        hint="event", palette=True,
        help="Pause, and play one more event.",
    ),
    Command(
        id="replay_previous_error", title="Previous error", scope="replay",
        keys=("less_than_sign",), palette=True,
        help="Go to the error before.",
    ),
    Command(
        id="replay_previous_turn", title="Previous turn", scope="replay",
        keys=("left_curly_bracket",), palette=True,
        help="Go to the start of this turn, or of the one before.",
    ),
    Command(
        id="replay_previous_call", title="Previous model call", scope="replay",
        keys=("left_square_bracket",), palette=True,
        help="Go to the start of this model call, or of the one before.",
    ),
    Command(
        id="replay_previous_event", title="Previous event", scope="replay", keys=("comma",),
        palette=True,
        help="Pause, and take one event back.",
    ),
    Command(
        id="replay_faster", title="Faster", scope="replay", keys=("plus", "equals_sign"),
        hint="faster", palette=True,
        help="Play twice as fast, up to 64 times.",
    ),
    Command(
        id="replay_slower", title="Slower", scope="replay", keys=("minus",), palette=True,
        help="Play half as fast, down to a quarter.",
    ),
    Command(
        id="replay_speed", title="Speed", scope="replay", slash="speed", argument="0.25 to 64",
        palette=True,
        help="Play at this speed; 1 is as it was.",
    ),
    Command(
        id="seek", title="Seek", scope="replay", keys=("g",), slash="seek",
        argument="1:23, +10, -10, start or end", palette=True,
        help="Go to a time, or by so many seconds.",
    ),
    Command(
        id="replay_back", title="5 s back", scope="replay", keys=("left",),
        help="Go 5 seconds back.",
    ),
    Command(
        id="replay_forward", title="5 s forward", scope="replay", keys=("right",),
        help="Go 5 seconds forward.",
    ),
    Command(
        id="replay_start", title="To the start", scope="replay", keys=("home",), palette=True,
        help="Go to the start of the recording.",
    ),
    Command(
        id="replay_end", title="To the end", scope="replay", keys=("end",), palette=True,
        help="Go to the end of the recording.",
    ),
    Command(
        id="replay_quit", title="Quit", scope="replay", keys=("q",), action="quit",
        alias_of="quit", help="Leave the replay.",
    ),
)  # fmt: skip

REPLAY_COMMANDS: Commands = (*COMMANDS, *_OWN)
"""The table of a replay."""

NEED_AN_AGENT = frozenset(
    (
        "retry", "undo_retry", "new_session", "open_session", "session", "fork", "export", "model",
        "reload", "stop_after_call", "cancel_tool",
    )
)  # fmt: skip
"""In a replay these only say that it is one. The last five concern a worker or a journal."""

_HINTS = ("replay_pause", "quit", "replay_next_error", "replay_next_turn", "replay_next_call",
          "replay_next_event", "replay_faster", "help", "palette")  # fmt: skip


def replay_hints(commands: Commands) -> Commands:
    """What the line of hints shows in a replay, in that order."""
    by_id = {command.id: command for command in commands}
    return tuple(by_id[name] for name in _HINTS)
