"""``streamtui sessions list``: one line per session, in as many columns as fit."""

import shutil
import sys
import time

import click
import msgspec

from tui.cli.startup.session_tools import SessionTools, journal_errors
from tui.core.metrics.figure import Figure
from tui.dashboard.sessions.session_rows import (
    ORDERS,
    Layout,
    SessionRow,
    fits,
    in_order,
    stored_rows,
)
from tui.journal.index.word_matching import folded

READING_SECONDS = 1.0
"""How long a list may wait for sessions that are not in the index yet."""

UNLIMITED = 10_000
"""The width in columns when the output is not a terminal."""


@click.command("list")
@click.argument("words", nargs=-1)
@click.option(
    "--sort", type=click.Choice(list(ORDERS)), default="used", show_default=True, help="Sort by."
)
@click.option("--trash", is_flag=True, help="List deleted sessions that can be brought back.")
@click.option("--json", "as_json", is_flag=True, help="An array, with unrounded values.")
@click.pass_obj
def list_sessions(
    tools: SessionTools, words: tuple[str, ...], *, sort: str, trash: bool, as_json: bool
) -> None:
    """List the sessions that have all WORDS in their name, agent, folder, day or last words.

    The mark tells how the last turn ended: ✓ well, ✗ failed, ⊘ cancelled, ! cut off; ● is open in a
    dashboard.
    """
    until = time.monotonic() + READING_SECONDS
    with journal_errors():
        rows, left = stored_rows(
            tools.store, tools.index, trash=trash, stop=lambda: time.monotonic() > until
        )
    if left:
        click.echo(
            f"{left} sessions have not been read for their figures yet: list again to read on.",
            err=True,
        )
    wanted = folded(" ".join(words)).split()
    found = in_order([row for row in rows if fits(row, wanted)], sort)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode([_data(row) for row in found])))
        return
    if not found:
        where = "in the trash" if trash else "stored"
        click.echo("No session matches." if rows else f"No sessions are {where}.", err=True)
        return
    id_width = max(len(row.info.id) for row in found) + 2
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else UNLIMITED
    layout = Layout(found, width - id_width, time.time())
    if sys.stdout.isatty():
        click.secho(" " * id_width + layout.line(layout.heading()), dim=True)
    for row in found:
        click.echo(f"{row.info.id:<{id_width}}{layout.line(layout.cells(row))}")


def _data(row: SessionRow) -> dict[str, object]:
    info = row.info
    return {
        "id": info.id,
        "name": info.title,
        "created": info.created,
        "changed": info.changed,
        "agent": row.agent,
        "model": info.model,
        "folder": info.folder,
        "reference": info.reference,
        "turns": info.runs,
        "events": info.events,
        "outcome": row.outcome or None,
        "open": row.held,
        "tokens": _figure(row.tokens),
        "cost": _figure(row.cost),
        "last_words": row.last_words,
        "trashed": row.trashed,
    }


def _figure(figure: Figure | None) -> dict[str, object] | None:
    """None where nothing was reported."""
    if figure is None or not figure.known:
        return None
    return {"value": figure.value, "quality": figure.quality}
