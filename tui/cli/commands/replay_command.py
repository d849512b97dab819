"""``streamtui replay``: plays a recording in the dashboard, or without a screen."""

# ruff: noqa: PLC0415 - --help must not wait for any of it

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn

import click
from typing_extensions import override

from tui.cli.options.completed_values import session_or_file
from tui.cli.options.theme_option import theme_option, with_theme
from tui.cli.startup.launching import SetUpError, load_settings, need_terminal
from tui.core.formatting import counted

if TYPE_CHECKING:
    from tui.core.config.settings import Config
    from tui.journal.recordings import Recording
    from tui.protocol.events import Event

_EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

_EPILOG = """\b
Examples:
  streamtui replay 20261122-1725                  a stored session (streamtui sessions list)
  streamtui replay events.jsonl --speed 4         of `run --output jsonl`, or an exported session
  streamtui replay events.jsonl --speed max       show its end at once
  streamtui replay events.jsonl --output text     the answers, without a screen
\b
Keys in the replay:
  Space pause   . event   ] call   } turn   > error (, [ { < go back)   + - speed
  ← → 5 s   Home End   g or /seek 1:23 a time   F1 help   Ctrl+Q quit
"""


class _Speed(click.ParamType["float | Literal['max']"]):
    name = "0.25-64|max"

    @override
    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> "float | Literal['max']":
        from tui.replay.player import FASTEST, SLOWEST

        text = str(value).lower()
        if text == "max":
            return "max"
        try:
            speed = float(text.removesuffix("x"))
        except ValueError:
            speed = 0.0
        if not SLOWEST <= speed <= FASTEST:
            self.fail(f"{value!r} is not a speed: use {SLOWEST} to {FASTEST:g}, or max", param, ctx)
        return speed


@click.command(epilog=_EPILOG)
@click.argument("recording", metavar="SESSION|FILE.jsonl", shell_complete=session_or_file)
@click.option(
    "--speed", type=_Speed(), help="How fast; max: at once. (Default: 1; without a screen: max.)"
)
@click.option(
    "--output",
    type=click.Choice(["text", "jsonl"]),
    help="No screen: the answers, or every line as it was recorded.",
)
@click.option(
    "--idle",
    type=click.FloatRange(0),
    default=3.0,
    show_default=True,
    metavar="SECONDS",
    help="Wait no longer than this between two turns.",
)
@click.option("--config", "config_file", type=_EXISTING_FILE, help="Use this settings file.")
@theme_option
@click.option("--debug", is_flag=True, help="Log more, and print the path of the log file.")
def replay(
    recording: str, speed: "float | Literal['max'] | None", output: str | None, idle: float,
    config_file: Path | None, *, theme: str | None, debug: bool,
) -> NoReturn:  # fmt: skip
    """Play a recording again, without its agent: a stored session, or a file of events."""
    config = load_settings(None, config_file)
    if output is None:
        need_terminal("streamtui replay", "; --output text or jsonl needs none")
        config = with_theme(config, theme)
        sys.exit(_on_screen(recording, speed, idle, config, debug=debug))
    paced = speed if isinstance(speed, float) else None
    sys.exit((_as_lines if output == "jsonl" else _as_text)(recording, paced, idle, config))


def _on_screen(
    source: str, speed: "float | Literal['max'] | None", idle: float, config: "Config",
    *, debug: bool,
) -> int:  # fmt: skip
    import gc

    # Until the first frame there are mostly imports, and collecting garbage would only delay it.
    gc.disable()
    from tui.cli.startup.launch_settings import screen_memory_path
    from tui.core.sanitize.secrets import secret_values
    from tui.dashboard.replay.replay_app import replay_options, run_replay
    from tui.replay.player import Player
    from tui.replay.tape import tape_of

    recording, recorded = read_recording(source, config)
    tape = tape_of([recorded], most_idle=idle, end_last=not recording.is_held)
    player = Player(tape, speed=speed if isinstance(speed, float) else 1.0)
    options = replay_options(
        config,
        secret_values(os.environ),
        debug=debug,
        screen_memory=screen_memory_path(),
    )
    return run_replay(options, player, at_end=speed == "max", remarks=remarks_on(recording))


def _as_text(source: str, speed: float | None, idle: float, config: "Config") -> int:
    from tui.core.sanitize.secrets import Masker, secret_values
    from tui.headless.replayed import replay_text
    from tui.journal.stored_figures import limits_of
    from tui.replay.tape import tape_of

    recording, recorded = read_recording(source, config)
    _say(recording)
    masker = Masker(secret_values(os.environ))
    tape = tape_of([recorded], most_idle=idle, end_last=not recording.is_held)
    return replay_text(tape, recording, masker, limits_of(config), speed)


def _as_lines(source: str, speed: float | None, idle: float, config: "Config") -> int:
    from tui.core.sanitize.secrets import Masker, secret_values
    from tui.headless.replayed import replay_lines
    from tui.journal.recordings import RecordingError
    from tui.journal.sessions import CANNOT_OPEN
    from tui.replay.tape import recorded_positions

    recording = recording_of(source, config)
    try:
        lines = list(recording.lines(Masker(secret_values(os.environ))))
    except (RecordingError, *CANNOT_OPEN) as error:
        raise SetUpError(str(error)) from error
    _say(recording)
    recorded = [event for _, event in lines if event is not None]
    return replay_lines(lines, iter(recorded_positions(recorded, most_idle=idle)), speed)


def recording_of(source: str, config: "Config") -> "Recording":
    from tui.cli.startup.launch_settings import journal_path
    from tui.journal import JournalStore
    from tui.journal.recordings import Recording

    return Recording(source, JournalStore(journal_path(config)))


def read_recording(source: str, config: "Config") -> "tuple[Recording, Sequence[Event]]":
    """The recording and its events, at least one. Raise `SetUpError`."""
    from tui.journal.recordings import RecordingError
    from tui.journal.sessions import CANNOT_OPEN

    recording = recording_of(source, config)
    try:
        recorded = [event for batch in recording for event in batch]
    except (RecordingError, *CANNOT_OPEN) as error:
        raise SetUpError(str(error)) from error
    if not recorded:
        raise SetUpError(f"{source} has no events that can be read")
    return recording, recorded


def remarks_on(recording: "Recording") -> list[str]:
    """What of it is left out of the replay, in sentences."""
    found = []
    unknown = sum(recording.unknown.values())
    if unknown:
        names = ", ".join(sorted(recording.unknown))
        found.append(
            f"{counted(unknown, 'event of a newer version was', 'events of a newer version were')} "
            f"left out: {names}. Update streamtui to see everything."
        )
    if recording.is_cut:
        found.append("The last line is cut off: the replay ends before it.")
    if others := recording.skipped - unknown - recording.is_cut:
        found.append(f"{counted(others, 'line or event', 'lines or events')} could not be read.")
    return found


def _say(recording: "Recording") -> None:
    for remark in remarks_on(recording):
        click.echo(remark, err=True)
