"""``streamtui cache``: shows and empties the cache of answers."""

import os
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from tui.cli.startup.launch_settings import cache_path
from tui.core.config.checks import ConfigError
from tui.core.config.sources import load_config
from tui.core.formatting import NOT_KNOWN, counted
from tui.core.metrics.figure_text import cost_text, count_text
from tui.core.sanitize.characters import clean_line
from tui.core.timespan import parse_age
from tui.dashboard.commands.key_settings import key_problem
from tui.worker.model.cache.answer_store import AnswerStore, ModelSums

MEGABYTE = 1_000_000
_HEADINGS = ("model", "entries", "MB", "hits", "saved in", "saved out", "saved cost")


@click.group(
    epilog="""\b
Examples:
  streamtui cache stats
  streamtui cache clear --older-than 7d
  streamtui cache clear --model gpt-5-mini --yes
"""
)
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Use this settings file.",
)
@click.pass_context
def cache(context: click.Context, config_file: Path | None) -> None:
    """Show and empty the cache of answers, which `streamtui --cache` uses."""
    try:
        config = load_config(config_file, os.environ, key_problem=key_problem)
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    context.obj = AnswerStore(cache_path(config))


@cache.command()
@click.option("--json", "as_json", is_flag=True, help="JSON, with bytes and US dollars.")
@click.pass_obj
def stats(store: AnswerStore, *, as_json: bool) -> None:
    """Show what is stored and what it has saved, by model."""
    with _file_errors(store):
        sums = store.sums() if store.path.exists() else []
    if as_json:
        import msgspec  # noqa: PLC0415 - the table does not need it

        document = {"path": str(store.path), "models": sums}
        click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2))
    elif not sums:
        click.echo("The cache is empty.", err=True)
    else:
        rows = [_HEADINGS, *map(_row, sums)]
        if len(sums) > 1:
            rows.append(_row(_all(sums)))
        for line in _table(rows):
            click.echo(line)


@cache.command()
@click.option("--older-than", metavar="AGE", help="Only answers older than 7d, 8w, 6m or 1y.")
@click.option("--model", metavar="NAME", help="Only answers of this model.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def clear(store: AnswerStore, older_than: str | None, model: str | None, *, yes: bool) -> None:
    """Delete stored answers: all of them, or those that the options name."""
    try:
        age = None if older_than is None else parse_age(older_than)
    except ValueError as error:
        raise click.UsageError(f"--older-than: {error}") from error
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("There is no terminal to ask on: add --yes.")
        which = "of all models" if model is None else f"of {model}"
        older = "" if older_than is None else f" older than {older_than}"
        click.confirm(f"Delete the stored answers {which}{older} in {store.path}?", abort=True)
    if not store.path.exists():
        click.echo("The cache is empty.", err=True)
        return
    if age is None and model is None:
        with _file_errors(store):
            _emptied(store)
        return
    with _file_errors(store):
        _report(store.clear(older_than=age, model=model))


def _emptied(store: AnswerStore) -> None:
    """Delete everything, and the file itself if it cannot be read."""
    try:
        _report(store.clear())
    except sqlite3.OperationalError:
        # In use by another process, or on a disk that is full: it must stay.
        raise
    except sqlite3.DatabaseError:
        store.remove()
        click.echo("The file could not be read: it was deleted.")


def _report(gone: int) -> None:
    click.echo(f"{counted(gone, 'answer was', 'answers were')} deleted.")


@contextmanager
def _file_errors(store: AnswerStore) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise click.ClickException(f"{store.path}: {error}") from error
    except sqlite3.DatabaseError as error:
        text = f"{store.path}: {error}; `streamtui cache clear` deletes it."
        raise click.ClickException(text) from error
    except OSError as error:
        raise click.ClickException(f"{store.path}: {error.strerror or error}") from error
    finally:
        store.close()


def _row(sums: ModelSums) -> tuple[str, ...]:
    return (
        clean_line(sums.model),
        f"{sums.entries:,}",
        f"{sums.size / MEGABYTE:.1f}",
        f"{sums.hits:,}",
        count_text(sums.input),
        count_text(sums.output),
        NOT_KNOWN if sums.cost is None else cost_text(sums.cost),
    )


def _all(sums: Sequence[ModelSums]) -> ModelSums:
    costs = [one.cost for one in sums if one.cost is not None]
    return ModelSums(
        model="all",
        entries=sum(one.entries for one in sums),
        size=sum(one.size for one in sums),
        hits=sum(one.hits for one in sums),
        input=sum(one.input for one in sums),
        output=sum(one.output for one in sums),
        cost=sum(costs) if costs else None,
    )


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield "  ".join((first.ljust(widths[0]), *cells))
