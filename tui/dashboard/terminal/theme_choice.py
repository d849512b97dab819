"""Which theme a terminal gets, and the two for terminals of 16 colours."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.theme import BUILTIN_THEMES, Theme

from tui.dashboard.terminal.contrast import luminance

if TYPE_CHECKING:
    from textual.color import Color

DARK, LIGHT = "textual-dark", "textual-light"
DARK_16, LIGHT_16 = "terminal-dark", "terminal-light"

_MIDDLE = 0.18
"""The luminance on which black and white text can be read equally well."""


def _of_the_terminal(
    name: str,
    *,
    dark: bool,
    primary: str,
    secondary: str,
    accent: str,
    warning: str,
    error: str,
    success: str,
) -> Theme:
    """The terminal's own colours: those that can be read on its own background."""
    black, white = "ansi_black", "ansi_bright_white"
    return Theme(
        name=name,
        ansi=True,
        dark=dark,
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        primary=primary,
        secondary=secondary,
        accent=accent,
        warning=warning,
        error=error,
        success=success,
        variables={
            "ansi-background": black if dark else white,
            "ansi-foreground": white if dark else black,
            "border": accent,
            "border-blurred": "ansi_default",
            "block-cursor-foreground": black if dark else white,
            "block-cursor-background": white if dark else black,
            "input-cursor-background": white if dark else black,
            "input-cursor-foreground": black if dark else white,
            "input-cursor-text-style": "none",
            "input-selection-background": "ansi_bright_cyan" if dark else "ansi_blue",
            "input-selection-foreground": black if dark else white,
            "screen-selection-background": "ansi_bright_cyan" if dark else "ansi_blue",
            "screen-selection-foreground": black if dark else white,
            "text-muted": "ansi_default",
            "text-disabled": "ansi_default",
            "foreground-muted": "ansi_default",
            "link-color": primary,
            "hit-color": black if dark else white,
        },
    )


TERMINAL_THEMES = (
    _of_the_terminal(
        DARK_16,
        dark=True,
        primary="ansi_bright_cyan",
        secondary="ansi_cyan",
        accent="ansi_bright_cyan",
        warning="ansi_bright_yellow",
        error="ansi_bright_red",
        success="ansi_bright_green",
    ),
    _of_the_terminal(
        LIGHT_16,
        dark=False,
        primary="ansi_blue",
        secondary="ansi_blue",
        accent="ansi_blue",
        warning="ansi_magenta",
        error="ansi_red",
        success="ansi_blue",
    ),
)


def theme_names() -> list[str]:
    """All themes that can be chosen."""
    return [*BUILTIN_THEMES, *(theme.name for theme in TERMINAL_THEMES)]


def theme_for(*, dark: bool, few_colours: bool) -> str:
    """For a terminal of which no more is known. ``few_colours``: no more than 16."""
    if few_colours:
        return DARK_16 if dark else LIGHT_16
    return DARK if dark else LIGHT


def is_dark(colour: "Color") -> bool:
    """Whether white text is easier to read on this background than black text."""
    return luminance(colour) < _MIDDLE


def dark_by_environment(environment: Mapping[str, str] = os.environ) -> bool | None:
    """What ``COLORFGBG`` says ("15;0", "0;default;15"); None if it says nothing."""
    ground = environment.get("COLORFGBG", "").rpartition(";")[2]
    if not ground.isdecimal() or int(ground) > 15:
        return None
    return int(ground) not in {7, *range(9, 16)}
