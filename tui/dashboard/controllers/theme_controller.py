"""Which theme is shown: the user's, the one that was remembered, or what fits the terminal."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.app import App
from textual.color import Color

from tui.dashboard.terminal.screen_memory import ScreenMemory
from tui.dashboard.terminal.theme_choice import (
    DARK,
    TERMINAL_THEMES,
    dark_by_environment,
    is_dark,
    theme_for,
)
from tui.dashboard.textual_internals.background_query import QUERY, read_answers
from tui.dashboard.textual_internals.driver import write_raw

if TYPE_CHECKING:
    from tui.dashboard.terminal_app import TerminalApp


class ThemeController:
    """Sets the theme before the first frame, and again when the terminal says its background."""

    def __init__(self, app: TerminalApp, wanted: str | None, memory: ScreenMemory) -> None:
        """``wanted``: by the settings, or the command line."""
        self._app = app
        self._memory = memory
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asks = False
        self.wanted = wanted
        for theme in TERMINAL_THEMES:
            app.register_theme(theme)
        name = next(
            (one for one in (wanted, memory.kept.theme) if one in app.available_themes), None
        )
        self.is_chosen = name is not None
        """By the user: the terminal's background does not matter."""
        if name is None:
            known = dark_by_environment()
            dark = memory.kept.dark if known is None else known
            name = theme_for(dark=dark is not False, few_colours=self.few_colours)
        self.in_force = name
        """What is shown while no other is only looked at."""
        app.set_reactive(App.theme, name)

    @property
    def few_colours(self) -> bool:
        """The terminal has no more than 16."""
        return self._app.console.color_system in {"standard", None}

    @property
    def problem(self) -> str:
        """Why the theme of the settings is not shown; "" if it is."""
        themes = self._app.available_themes
        if self.wanted is None or self.wanted in themes:
            return ""
        return f"There is no theme {self.wanted!r}. Available: {', '.join(themes)}."

    def choose(self, name: str) -> None:
        """The user chooses a theme: it is remembered."""
        self.is_chosen = True
        self.in_force = self._app.theme = name
        self._memory.keep(theme=name)

    def expect_answer(self) -> None:
        """Before the program runs: keep the terminal's answer out of the keys."""
        if not self.is_chosen and not self._app.no_color:
            self._asks = read_answers(self._answered)

    def begin(self) -> None:
        """Before the first frame, whose styles have the theme: what else depends on it."""
        if self._app.theme != DARK:
            self._app.mutate_reactive(App.theme)

    def ask(self) -> None:
        """Ask the terminal for its background; nothing waits for the answer."""
        self._loop = asyncio.get_running_loop()
        # A browser would answer as well, but nothing takes its answer out of the keys.
        if self._asks and not self._app.is_web:
            write_raw(self._app, QUERY)

    def _answered(self, colour: tuple[float, float, float]) -> None:
        """In the thread that reads keys."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._app.call_later, self._background_is, colour)

    def _background_is(self, colour: tuple[float, float, float]) -> None:
        red, green, blue = (round(255 * part) for part in colour)
        dark = is_dark(Color(red, green, blue))
        self._memory.keep(dark=dark)
        if not self.is_chosen:
            only_looked_at = self._app.theme != self.in_force
            self.in_force = theme_for(dark=dark, few_colours=self.few_colours)
            if not only_looked_at:
                self._app.theme = self.in_force
