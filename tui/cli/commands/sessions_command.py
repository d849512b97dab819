"""``streamtui sessions``: lists, exports and deletes stored sessions."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from tui.cli.startup.launch_settings import journal_path
from tui.core.config.checks import ConfigError
from tui.core.config.sources import load_config
from tui.core.sanitize.secrets import Masker, secret_values
from tui.core.timespan import parse_age
from tui.dashboard.commands.key_settings import key_problem
from tui.journal import (
    JournalError,
    JournalStore,
    NoSuchSessionError,
    SessionInfo,
    SessionInUseError,
)
from tui.journal.export_file import FORMATS, export_pieces


@click.group()
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Use this settings file.",
)
@click.pass_context
def sessions(context: click.Context, config_file: Path | None) -> None:
    """List, export and delete stored sessions. SESSION is an id, or the start of one."""
    try:
        config = load_config(config_file, os.environ, key_problem=key_problem)
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    context.obj = JournalStore(journal_path(config))


@sessions.command("list")
@click.pass_obj
def list_sessions(store: JournalStore) -> None:
    """List all sessions, the newest first."""
    with _journal_errors():
        found = store.sessions()
    if not found:
        click.echo("No sessions are stored.", err=True)
    for info in found:
        changed = time.strftime("%Y-%m-%d %H:%M", time.localtime(info.changed))
        turns = "1 turn" if info.runs == 1 else f"{info.runs} turns"
        click.echo(f"{info.id}  {changed}  {turns:>9}  {info.agent or '-'}: {info.title}")


@sessions.command()
@click.argument("session")
@click.option(
    "--format",
    "format_",
    type=click.Choice(sorted(FORMATS)),
    default="markdown",
    show_default=True,
    help="Every event as a JSON line, or the conversation as a document.",
)
@click.option(
    "--output", "-o", type=click.File("wb", lazy=True), default="-", help="Write to this file."
)
@click.pass_obj
def export(store: JournalStore, session: str, format_: str, output: Any) -> None:
    """Write a session to standard output, or to a file."""
    with _journal_errors():
        info = store.find(session)
        loaded = store.load(info.id)
        masker, held = Masker(secret_values(os.environ)), store.is_held(info.id)
        for piece in export_pieces(format_, info, loaded, masker, held=held):
            output.write(piece)
    if loaded.skipped:
        click.echo(f"{loaded.skipped} events could not be read and were skipped.", err=True)


@sessions.command()
@click.argument("session", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(store: JournalStore, session: tuple[str, ...], *, yes: bool) -> None:
    """Delete sessions permanently."""
    with _journal_errors():
        _delete(store, [store.find(text) for text in session], yes=yes)


@sessions.command()
@click.option(
    "--older-than", "age", metavar="AGE", required=True, help="For example 30d, 8w, 6m or 1y."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def prune(store: JournalStore, age: str, *, yes: bool) -> None:
    """Delete sessions that have not been used for a time."""
    try:
        before = time.time() - parse_age(age)
    except ValueError as error:
        raise click.UsageError(f"--older-than: {error}") from error
    with _journal_errors():
        _delete(store, store.older_than(before), yes=yes)


def _delete(store: JournalStore, found: list[SessionInfo], *, yes: bool) -> None:
    if not found:
        click.echo("Nothing to delete.")
        return
    for info in found:
        click.echo(f"{info.id}  {info.title}")
    if not yes:
        click.confirm(f"Delete {len(found)} permanently?", abort=True)
    click.echo(f"Deleted {store.delete(*(info.id for info in found))}.")


@contextmanager
def _journal_errors() -> Iterator[None]:
    try:
        yield
    except (JournalError, NoSuchSessionError, SessionInUseError) as error:
        raise click.ClickException(str(error)) from error
