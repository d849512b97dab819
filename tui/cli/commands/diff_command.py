"""``streamtui diff``: two summaries or recordings side by side."""

# ruff: noqa: PLC0415 - --help must not wait for any of it

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from tui.cli.options.share import Share
from tui.cli.startup.launching import SetUpError, load_settings
from tui.core.formatting import counted

if TYPE_CHECKING:
    from tui.core.config.settings import Config
    from tui.headless.report.summary import Summary

_EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

_EPILOG = """\b
Exit codes: 0 no figure is worse than --regress allows, 2 wrong usage, 3 one is.
"""


@click.command(epilog=_EPILOG)
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--regress", type=Share(), help="Fail if a median became worse by more than this.")
@click.option("--json", "as_json", is_flag=True, help="JSON, with unrounded values.")
@click.option("--config", "config_file", type=_EXISTING_FILE, help="Use this settings file.")
def diff(
    before: str, after: str, regress: float | None, config_file: Path | None, *, as_json: bool
) -> NoReturn:
    """Compare A with B: figures, outcomes, answers, tool calls.

    Each is a summary (`streamtui run --out`), a file of events (`--output jsonl`, or an exported
    session), or the id of a stored session.
    """
    import msgspec

    from tui.headless.exit_codes import GATE_FAILED, OK
    from tui.headless.report.difference import difference, difference_lines

    config = load_settings(None, config_file)
    found = difference(summary_in(before, config), summary_in(after, config))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
    else:
        for line in difference_lines(found, (before, after), regress):
            click.echo(line)
    failed = regress is not None and found.regressed(regress)
    sys.exit(GATE_FAILED if failed else OK)


def summary_in(source: str, config: "Config") -> "Summary":
    """The summary in a file, or of a recording. Raise `SetUpError`."""
    if Path(source).suffix == ".json":
        return stored_summary(Path(source))
    from tui.cli.startup.launch_settings import journal_path
    from tui.headless.recorded_results import recorded_results
    from tui.headless.report.summary import summary_of
    from tui.journal import JournalError, JournalStore, NoSuchSessionError
    from tui.journal.recordings import Recording, RecordingError
    from tui.journal.stored_figures import limits_of

    recording = Recording(source, JournalStore(journal_path(config)))
    limits = limits_of(config)
    try:
        results = recorded_results(recording, limits)
    except (RecordingError, JournalError, NoSuchSessionError) as error:
        raise SetUpError(str(error)) from error
    if recording.skipped:
        click.echo(f"{source}: {counted(recording.skipped, 'line')} could not be read.", err=True)
    walls = [result.turn.wall for result in results if result.turn is not None]
    return summary_of(results, agent="", version="", began=min(walls, default=0.0), seconds=0.0,
                      limits=limits)  # fmt: skip


def stored_summary(path: Path) -> "Summary":
    """The summary in a file. Raise `SetUpError`."""
    import msgspec

    from tui.headless.report.summary import SCHEMA, Summary

    try:
        summary = msgspec.json.decode(path.read_bytes(), type=Summary)
    except OSError as error:
        raise SetUpError(f"{path} cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise SetUpError(f"{path} is not a summary of `streamtui run --out`: {error}") from error
    if summary.schema != SCHEMA:
        raise SetUpError(f"{path} has the schema {summary.schema}; this version reads {SCHEMA}")
    return summary
