"""``streamtui sessions search``: words in what was said, in every stored session."""

import sys
import time
from collections.abc import Sequence

import click
import msgspec

from tui.cli.startup.session_tools import SessionTools, journal_errors
from tui.core.sanitize.characters import clean_line
from tui.core.timespan import age_text
from tui.journal import SessionInfo
from tui.journal.index.session_index import Hit, Hits
from tui.journal.index.word_matching import Piece

SAID_BY = {"you": "you", "failure": "failed"}


@click.command("search", no_args_is_help=True)
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="Most passages."
)
@click.option("--json", "as_json", is_flag=True, help="An object with every passage's parts.")
@click.pass_obj
def search_sessions(
    tools: SessionTools, words: tuple[str, ...], *, limit: int, as_json: bool
) -> None:
    """Find messages, answers, reasoning and tool calls that have all WORDS.

    The last word of a phrase may be a beginning, marks and case do not count (duong finds Đường),
    and Chinese, Japanese and Thai are found by any part of a sentence. "Words in quotes" must stand
    side by side. The exit code is 1 if nothing is found.
    """
    # The shell has taken the quotes of what was one argument.
    typed = " ".join(f'"{word}"' if " " in word and '"' not in word else word for word in words)
    with journal_errors():
        infos = tools.store.sessions()
        _read_all(tools, infos)
        hits = tools.index.search(typed, (info.id for info in infos), limit)
    names = {info.id: info for info in infos}
    if hits.by_reading:
        click.echo("This SQLite has no FTS5: every transcript was read, which is slower.", err=True)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(_data(hits, names))))
    else:
        _show(hits, names)
    if not hits.count:
        if not as_json:
            click.echo("Nothing found.", err=True)
        sys.exit(1)


def _read_all(tools: SessionTools, infos: Sequence[SessionInfo]) -> None:
    """Index what is missing, and say why if that takes long."""
    waiting = len(tools.index.unread(infos))
    said = time.monotonic() + 1.0

    def explain() -> bool:
        nonlocal said, waiting
        if time.monotonic() > said:
            click.echo(f"reading sessions for the first time: {waiting} left", err=True)
            said = time.monotonic() + 5.0
        waiting -= 1
        return False

    tools.index.catch_up(infos, stop=explain)


def _show(hits: Hits, names: dict[str, SessionInfo]) -> None:
    before = ""
    for hit in hits.hits:
        info = names[hit.session]
        place = f"{hit.session}  turn {hit.turn}"
        if place != before:
            when = f"{age_text(time.time() - hit.wall)} ago" if hit.wall else ""
            when = when.replace("now ago", "just now")
            click.secho("  ".join(filter(None, (place, when, clean_line(info.title)))), bold=True)
            before = place
        who = SAID_BY.get(hit.kind) or hit.who or hit.kind
        who = f"{who}, reasoning" if hit.kind == "reasoning" else who
        click.echo(f"  {clean_line(who)}: {''.join(map(_marked, hit.pieces))}")
    if hits.hits and sys.stdout.isatty():
        place = f"{hits.hits[0].session}#{hits.hits[0].turn}"
        click.secho(f"streamtui AGENT --session {place} opens the first one there.", dim=True)
    if hits.count > len(hits.hits):
        click.echo(
            f"{hits.count - len(hits.hits):,} more: --limit {hits.count} shows all", err=True
        )


def _marked(piece: Piece) -> str:
    text = clean_line(piece.text)
    if not piece.marked:
        return text
    return click.style(text, bold=True, fg="yellow") if sys.stdout.isatty() else f"«{text}»"


def _data(hits: Hits, names: dict[str, SessionInfo]) -> dict[str, object]:
    return {"count": hits.count, "hits": [_hit(hit, names[hit.session]) for hit in hits.hits]}


def _hit(hit: Hit, info: SessionInfo) -> dict[str, object]:
    return {
        "session": hit.session,
        "name": info.title,
        "turn": hit.turn,
        "run": hit.run,
        "wall": hit.wall or None,
        "kind": hit.kind,
        "who": hit.who,
        "text": "".join(piece.text for piece in hit.pieces),
        "pieces": [{"text": piece.text, "marked": piece.marked} for piece in hit.pieces],
    }
