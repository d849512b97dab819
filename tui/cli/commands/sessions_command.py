"""``streamtui sessions``: lists, searches, names, forks, exports and deletes stored sessions."""

import os
import sys
import time
from pathlib import Path

import click

from tui.cli.commands.session_listing import list_sessions
from tui.cli.commands.session_search import search_sessions
from tui.cli.options.completed_values import session_ids
from tui.cli.startup.launch_settings import journal_path
from tui.cli.startup.session_tools import SessionTools, journal_errors
from tui.core.config.checks import ConfigError
from tui.core.config.sources import load_config
from tui.core.formatting import counted
from tui.core.sanitize.secrets import Masker, secret_values
from tui.core.timespan import DAY, parse_age
from tui.dashboard.commands.key_settings import key_problem
from tui.journal import JournalStore, SessionInfo
from tui.journal.export_file import FORMATS, export_pieces, export_to
from tui.journal.forks import fork_session
from tui.journal.index.indexing_thread import empty_trash
from tui.journal.index.session_index import SessionIndex

_SHORT = {"md": "markdown"}

_EPILOG = """\b
Examples:
  streamtui sessions list --sort cost
  streamtui sessions search "rate limit" retry
  streamtui sessions rename 20261122-1725 About the weather
  streamtui sessions fork 20261122-1725 --turns 3
  streamtui sessions export 20261122-1725 --format html -o talk.html
  streamtui sessions delete 20261122-1725
  streamtui sessions restore 20261122-1725
"""


@click.group(epilog=_EPILOG)
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Use this settings file.",
)
@click.pass_context
def sessions(context: click.Context, config_file: Path | None) -> None:
    """List, search, name, fork, export and delete stored sessions.

    SESSION is an id, or the start of one.
    """
    try:
        config = load_config(config_file, os.environ, key_problem=key_problem)
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    store = JournalStore(journal_path(config))
    masker = Masker(secret_values(os.environ))
    index = SessionIndex(store, masker)
    context.call_on_close(index.close)
    context.obj = SessionTools(store, index, masker, config.journal.trash)


sessions.add_command(list_sessions)
sessions.add_command(search_sessions)


@sessions.command(no_args_is_help=True)
@click.argument("session", shell_complete=session_ids)
@click.argument("name", nargs=-1)
@click.pass_obj
def rename(tools: SessionTools, session: str, name: tuple[str, ...]) -> None:
    """Name a session. Without NAME, it has its first message as its name again."""
    with journal_errors():
        info = tools.store.find(session)
        tools.store.rename(info.id, tools.masker.mask(" ".join(" ".join(name).split())))
        click.echo(f"{info.id}  {tools.store.find(info.id).title}")


@sessions.command(no_args_is_help=True)
@click.argument("session", shell_complete=session_ids)
@click.option("--turns", type=click.IntRange(min=1), help="Only as many: 3 ends after the third.")
@click.pass_obj
def fork(tools: SessionTools, session: str, turns: int | None) -> None:
    """Copy a session to a new one, which is continued on its own."""
    with journal_errors():
        forked = fork_session(tools.store, session, turns, wall=time.time())
    click.echo(f"{forked.session}  {counted(forked.turns, 'turn')}")
    click.echo(f"streamtui AGENT --session {forked.session} continues it.", err=True)


@sessions.command(no_args_is_help=True)
@click.argument("session", shell_complete=session_ids)
@click.option(
    "--format",
    "format_",
    type=click.Choice(sorted({*FORMATS, *_SHORT})),
    default="markdown",
    show_default=True,
    callback=lambda _context, _parameter, given: _SHORT.get(given, given),
    help="A document (md is short for markdown), a web page that looks like the screen, or every "
    "event as a JSON line.",
)
@click.option(
    "--output",
    "-o",
    metavar="FILENAME",
    type=click.Path(dir_okay=False, allow_dash=True),
    default="-",
    help="Write to this file.",
)
@click.pass_obj
def export(tools: SessionTools, session: str, format_: str, output: str) -> None:
    """Write a session to standard output, or to a file."""
    store, masker = tools.store, tools.masker
    with journal_errors():
        if output == "-":
            skipped = _printed(store, session, format_, masker)
        else:
            try:
                skipped = export_to(Path(output), format_, store, session, masker, overwrite=True)
            except OSError as error:
                raise click.FileError(output, error.strerror or str(error)) from error
    if skipped:
        click.echo(f"{counted(skipped, 'event')} could not be read.", err=True)


def _printed(store: JournalStore, session: str, format_: str, masker: Masker) -> int:
    """Write it to standard output; how many events could not be read."""
    info = store.find(session)
    loaded = store.load(info.id)
    stdout = sys.stdout.buffer
    for piece in export_pieces(format_, info, loaded, masker, held=store.is_held(info.id)):
        stdout.write(piece)
    stdout.flush()
    return loaded.skipped


@sessions.command(no_args_is_help=True)
@click.argument("session", nargs=-1, required=True, shell_complete=session_ids)
@click.option("--now", "at_once", is_flag=True, help="Delete permanently, also from the trash.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(tools: SessionTools, session: tuple[str, ...], *, at_once: bool, yes: bool) -> None:
    """Move sessions to the trash. `restore` brings them back; later they are deleted.

    A session that a dashboard has open is never deleted.
    """
    store = tools.store
    with journal_errors():
        if at_once:
            _delete(tools, [_anywhere(store, text) for text in session], yes=yes)
            return
        found = [store.find(text) for text in session]
        _show(found)
        if not yes and tools.trash_days == 0:
            click.confirm(f"Delete {len(found)}? The trash is kept for 0 days.", abort=True)
        store.trash(*(info.id for info in found), wall=time.time())
        until = time.strftime("%Y-%m-%d", time.localtime(time.time() + tools.trash_days * DAY))
        click.echo(
            f"Moved {len(found)} to the trash, until {until}; `streamtui sessions restore "
            f"{' '.join(info.id for info in found)}` brings {'it' if len(found) == 1 else 'them'} "
            "back."
        )


@sessions.command(no_args_is_help=True)
@click.argument("session", nargs=-1, required=True, shell_complete=session_ids)
@click.pass_obj
def restore(tools: SessionTools, session: tuple[str, ...]) -> None:
    """Bring deleted sessions back; `list --trash` lists them."""
    with journal_errors():
        found = [tools.store.find_trashed(text) for text in session]
        tools.store.restore(*(info.id for info in found))
    _show(found)
    click.echo(f"Restored {len(found)}.")


@sessions.command()
@click.option(
    "--older-than", "age", metavar="AGE", required=True, help="For example 30d, 8w, 6m or 1y."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def prune(tools: SessionTools, age: str, *, yes: bool) -> None:
    """Delete sessions permanently that have not been used for a time."""
    try:
        before = time.time() - parse_age(age)
    except ValueError as error:
        raise click.UsageError(f"--older-than: {error}") from error
    with journal_errors():
        empty_trash(tools.store, tools.trash_days, time.time())
        _delete(tools, tools.store.older_than(before), yes=yes)


def _anywhere(store: JournalStore, text: str) -> SessionInfo:
    trashed = [info for info, _ in store.trashed() if info.id.startswith(text)]
    return store.find_trashed(text) if trashed else store.find(text)


def _show(found: list[SessionInfo]) -> None:
    for info in found:
        click.echo(f"{info.id}  {info.title}")


def _delete(tools: SessionTools, found: list[SessionInfo], *, yes: bool) -> None:
    if not found:
        click.echo("Nothing to delete.")
        return
    _show(found)
    if not yes:
        click.confirm(f"Delete {len(found)} permanently?", abort=True)
    ids = [info.id for info in found]
    count = tools.store.delete(*ids)
    click.echo(f"Deleted {count}.")
