"""Exports a stored session as one HTML file: chat, tool calls, figures and waterfalls."""

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from typing_extensions import override

from tui.core.conversation import Conversation, ToolCall
from tui.core.conversation.document import Document
from tui.core.joined_fold import JoinedFold
from tui.core.metrics import Metrics, figures
from tui.core.sanitize.secrets import Masker
from tui.journal.html.html_conversation import chat, tool_log
from tui.journal.html.html_figures import figure_tables, waterfalls
from tui.journal.html.safe_html import escaped, moment
from tui.journal.store import SessionInfo
from tui.protocol.events import Event

STYLE: Final = Path(__file__).with_name("exported_page.css").read_text("utf-8")
"""Light or dark as the reader's system is, for phones and desktops."""

_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode("ascii")

POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""No script, nothing from elsewhere, only this style sheet and the pictures in the file."""


def html_page(
    info: SessionInfo, batches: Iterable[list[Event]], masker: Masker, *, held: bool
) -> Iterator[str]:
    """The page, in pieces; ``held``: a dashboard still writes to the session."""
    reader = _Reader(masker.shown)
    for batch in batches:
        reader.read(batch)
    reader.join()
    if not held:
        reader.finish()
    shown = figures(reader.metrics, reader.conversation.at)
    title = escaped(masker.mask(info.title or "A conversation"))
    yield (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>\n"
    )
    model = " @ ".join(filter(None, (shown.model or info.model, shown.host)))
    agent = info.agent or shown.agent
    turns = f"{info.runs:,} turn{'' if info.runs == 1 else 's'}"
    facts = " · ".join(map(escaped, filter(None, ("streamtui", agent, model, turns, info.id))))
    yield f"<header><h1>{title}</h1><p>{facts}{_day(info.created)}</p></header>\n<main>"
    yield '<section class="pane"><h2>chat</h2>'
    yield from chat((entry, masker.mask(text)) for entry, text in reader.document.entries())
    yield '</section>\n<div class="side"><section class="pane"><h2>tool calls</h2>'
    yield from tool_log(tuple(reader.calls.values()))
    yield '</section>\n<section class="pane"><h2>performance</h2>'
    yield from waterfalls(shown)
    yield from figure_tables(shown)
    yield "</section></div></main>\n"
    yield "<footer>Exported by streamtui. ~ is an estimate, — is not known.</footer>"
    yield "</body></html>\n"


class _Reader(JoinedFold):
    """Folds the events once, into the figures, the document and the tool calls."""

    def __init__(self, clean: Callable[[Event], Event]) -> None:
        super().__init__(clean, Metrics(), Conversation())
        self.document = Document()
        self.calls: dict[tuple[str, str], ToolCall] = {}

    @override
    def _show(self, event: Event) -> None:
        running = bool(self.conversation.running)
        super()._show(event)
        self.steps.clear()
        changes = self.conversation.changes
        self.document.add(event, changes, running=running)
        for change in changes:
            item = change.item
            if isinstance(item, ToolCall):
                self.calls[item.run, item.key] = item


def _day(wall: float) -> str:
    return f" ·{moment(wall)}" if wall else ""
