"""Creates the journal, the sessions, the dispatcher and the panes.

Imported after the first frame.
"""

from collections.abc import Callable

from textual.message import Message

from tui.core.config.settings import AppOptions
from tui.core.metrics import SessionFigures
from tui.core.sanitize.secret_stream import StreamMasker
from tui.core.sanitize.secrets import Masker
from tui.dashboard import messages
from tui.dashboard.screens.panes import Panes
from tui.journal import Journal, JournalState, NoSuchSessionError
from tui.journal.recent_figures import RecentFiguresReader
from tui.journal.sessions import Opened, Sessions, place_of
from tui.journal.stored_figures import limits_of
from tui.stream.dispatcher import Dispatcher
from tui.stream.facts import Fact, StreamAdvanced
from tui.stream.source import Source


class Wiring:
    """``past_read`` and ``journal_changed`` are called in threads."""

    def __init__(
        self,
        options: AppOptions,
        source: Source,
        masker: Masker,
        *,
        post: Callable[[Message], object],
        on_bug: Callable[[Exception], object],
        past_read: Callable[[SessionFigures], object],
        journal_changed: Callable[[JournalState], None],
    ) -> None:
        limits = limits_of(options.config)
        self._now = source.now
        self.sessions: Sessions | None = None
        self.past: RecentFiguresReader | None = None
        if options.journal is not None:
            journal = Journal.open(options.journal, journal_changed, place=place_of(options))
            self.sessions = Sessions(
                journal,
                masker=masker,
                thresholds=limits,
                trash_days=options.config.journal.trash,
            )
            shown = options.session or self.sessions.current
            self.past = RecentFiguresReader(journal.store, limits, past_read, exclude=shown)
        self.dispatcher = Dispatcher(
            lambda fact: post(message_of(fact)),
            journal=self.sessions.recorder if self.sessions is not None else None,
            mask=StreamMasker(masker).mask,
            thresholds=limits,
            now=source.now,
            on_bug=on_bug,
        )
        self.panes = Panes(source.now)

    def open(self, session: str) -> Opened:
        """Read the session to resume; blocks. Raise what `Sessions.open` raises."""
        if self.sessions is None:
            raise NoSuchSessionError("without a journal there is no session to resume")
        return self.sessions.open(session, self._now())

    def read_past(self) -> None:
        """Read earlier sessions, in threads."""
        if self.past is not None:
            self.past.start()
        if self.sessions is not None:
            self.sessions.start_indexing()

    def close(self) -> None:
        """Blocks until the journal is written."""
        if self.past is not None:
            self.past.stop()
        if self.sessions is not None:
            self.sessions.close()


def message_of(fact: Fact) -> Message:
    """The Textual message for what the dispatcher posts."""
    if isinstance(fact, StreamAdvanced):
        return messages.StreamAdvanced(fact.steps, live=fact.live)
    return messages.FiguresChanged(fact.figures)
