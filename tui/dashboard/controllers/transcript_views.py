"""Search, reasoning, pace, theme and the clipboard, on every screen with transcripts."""

# ruff: noqa: PLC0415 - the first frame must not wait for what only a command needs

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from tui.core.formatting import counted
from tui.dashboard.notices.notice_board import NoticeBoard

if TYPE_CHECKING:
    from tui.dashboard.controllers.theme_controller import ThemeController
    from tui.dashboard.screens.prompt_screen import PromptScreen
    from tui.dashboard.transcript import Pace, Transcript


@runtime_checkable
class HasNotices(Protocol):
    """An app with a line of notices."""

    notices: NoticeBoard

    def show_notice(self) -> None: ...


@runtime_checkable
class HasThemes(Protocol):
    """An app that remembers the theme."""

    themes: ThemeController


class TranscriptViews:
    """Carries out commands that change only what is shown."""

    def __init__(self, screen: PromptScreen) -> None:
        self._on = screen

    @property
    def transcripts(self) -> Sequence[Transcript]:
        """All of the screen's."""
        raise NotImplementedError

    @property
    def transcript(self) -> Transcript:
        """The one that keys are for."""
        raise NotImplementedError

    def search(self, words: str = "") -> None:
        if not words:
            self._on.action_begin_slash("search")
            return
        self.transcript.search(words)
        self.transcript.focus()

    def end_search(self) -> bool:
        """Remove what a search has marked and said; False if there is none."""
        return self.transcript.end_search()

    def next_hit(self) -> None:
        self.transcript.next_hit()

    def previous_hit(self) -> None:
        self.transcript.previous_hit()

    def notices(self) -> None:
        """List all notices, the newest first."""
        from tui.dashboard.notices.notice_list import notice_list

        app = self._on.app
        if not isinstance(app, HasNotices):
            return
        self._on.read("Notices", notice_list(app.notices.past))
        app.notices.drop_all()
        app.show_notice()

    def forget_answers(self) -> None:
        """A run begins: short messages that answered a key before it have had their time."""
        app = self._on.app
        if isinstance(app, HasNotices):
            app.notices.drop_answers(time.monotonic())
            app.show_notice()

    def toggle_reasoning(self) -> None:
        for transcript in self.transcripts:
            transcript.toggle_reasoning()

    def theme(self, name: str = "") -> None:
        app = self._on.app
        if not name:
            self._choose_theme()
        elif name in app.available_themes:
            if isinstance(app, HasThemes):
                app.themes.choose(name)
        else:
            names = ", ".join(app.available_themes)
            self._on.tell(f"There is no theme {name!r}. Available: {names}.")

    def _choose_theme(self) -> None:
        """Show each theme while it is pointed at."""
        from tui.dashboard.commands.command_ranking import Choice
        from tui.dashboard.windows.chooser import Chooser

        app = self._on.app
        if not isinstance(app, HasThemes):
            return
        choices = [Choice(id=name, title=name) for name in sorted(app.available_themes)]

        def show(name: str) -> None:
            app.theme = name

        def chosen(name: str | None) -> None:
            if name is None:
                show(app.themes.in_force)
            else:
                app.themes.choose(name)

        app.push_screen(Chooser("Themes", choices, chosen=app.theme, preview=show), chosen)

    def pace(self, pace: str = "") -> None:
        chosen: Pace
        if pace in {"instant", "smooth"}:
            chosen = cast("Pace", pace)
        elif pace.isascii() and pace.isdigit() and 30 <= int(pace) <= 10_000:
            chosen = int(pace)
        else:
            self._on.tell("The pace is instant, smooth, or 30 to 10000 words per minute.")
            return
        for transcript in self.transcripts:
            transcript.set_pace(chosen)
        self._on.tell(f"Display pace: {pace}.")

    def copy(self, text: str, what: str) -> None:
        """Copy to the terminal's clipboard, and to a file: not every terminal has a clipboard."""
        from tui.dashboard.terminal.clipboard import keep_copy, why_no_clipboard

        missing = why_no_clipboard(os.environ)
        if not missing:
            self._on.app.copy_to_clipboard(text)
        try:
            kept = str(keep_copy(text))
        except OSError as error:
            kept, problem = "", error.strerror or str(error)
        size = f"{what}, {counted(len(text), 'character')}"
        if missing and kept:
            said = f"{missing}: {size}, is only in {kept}"
        elif missing:
            said = f"Nothing was copied. {missing}; no file could be written: {problem}"
        elif kept:
            said = f"Copied {size}; also in {kept}"
        else:
            said = f"Copied {size}; not saved to a file: {problem}"
        self._on.tell(said)
