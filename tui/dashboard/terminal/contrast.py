"""Colours that can be read: WCAG's contrast, and themes whose colours keep to it.

https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from textual.color import BLACK, WHITE, Color

TEXT, LINES = 4.5, 3.0
"""The least contrast of text (WCAG 1.4.3), and of borders and marks (1.4.11)."""

_ROOM = 0.15
"""A terminal with 256 colours shows the nearest one."""

_CURSOR = 0.4
"""The cursor is drawn over quiet text, on a ground of its own."""

_STEPS = 40
_TINTS = ("primary", "secondary", "accent", "success", "warning", "error")
_ANSI_LINES = {
    "pane-border": "ansi_default",
    "focus-border": "$primary",
    "prompt-border": "$primary",
    "warning-border": "$warning",
    "error-border": "$error",
    "heading-color": "ansi_default",
    "hit-background": "$warning",
    "hit-color": "ansi_black",
    "hit-current-background": "ansi_default",
    "hit-current-color": "ansi_default",
}


@lru_cache(maxsize=1024)
def luminance(colour: Color) -> float:
    """The relative luminance, from 0 for black to 1 for white."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """From 1 for equal colours to 21 for black and white; neither may be transparent."""
    return _ratio(luminance(one), luminance(other))


def _ratio(one: float, other: float) -> float:
    """The contrast of two luminances."""
    return (one + 0.05) / (other + 0.05) if one > other else (other + 0.05) / (one + 0.05)


def legible(colour: Color, grounds: Iterable[Color], least: float) -> Color:
    """The nearest colour on the way to white or black with that contrast to all the grounds."""
    # The first frame waits for this: contrasts are extreme at the darkest and lightest ground.
    luminances = sorted(map(luminance, grounds))
    ends = (luminances[0], luminances[-1])
    colour = colour.with_alpha(1.0)

    def worst(candidate: Color) -> float:
        lit = luminance(candidate)
        if ends[0] <= lit <= ends[1]:
            return min(_ratio(lit, one) for one in luminances)
        return min(_ratio(lit, one) for one in ends)

    far = max((WHITE, BLACK), key=worst)
    for step in range(_STEPS + 1):
        candidate = colour.blend(far, step / _STEPS)
        if worst(candidate) >= least + _ROOM:
            return candidate
    return far


def legible_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """A theme's variables with text and lines that can be seen, and those of our stylesheet."""
    if variables["background"].startswith("ansi_"):
        return {**variables, **_ansi_lines(variables)}
    background, surface, panel = (
        Color.parse(variables[name]) for name in ("background", "surface", "panel")
    )
    boost = Color.parse(variables["boost"])
    plain = [background, surface, panel]
    grounds = [*plain, *(ground.blend(boost, boost.a, 1.0) for ground in plain)]
    foreground = legible(Color.parse(variables["foreground"]), grounds, TEXT)
    changed = {"foreground": foreground}
    for name, share in (("foreground-muted", 0.6), ("text-muted", 0.6), ("text-disabled", 0.5)):
        shaded = background.blend(foreground, share, 1.0)
        changed[name] = legible(shaded, grounds, TEXT + _CURSOR)
    for name in _TINTS:
        tinted = Color.parse(variables[f"text-{name}"])
        muted = background.blend(Color.parse(variables[name]), 0.3, 1.0)
        changed[f"{name}-muted"] = muted
        changed[f"text-{name}"] = legible(tinted, [*grounds, muted], TEXT)
    lines = (
        ("pane-border", "panel-lighten-2"),
        ("focus-border", "accent"),
        ("prompt-border", "primary"),
        ("warning-border", "warning"),
        ("error-border", "error"),
    )
    for name, source in lines:
        changed[name] = legible(Color.parse(variables[source]), grounds, LINES)
    warning = Color.parse(variables["warning"])
    hit = surface.blend(warning, 0.4, 1.0)
    for name, ground in (("hit", hit), ("hit-current", warning)):
        changed[f"{name}-background"] = ground
        changed[f"{name}-color"] = _black_or_white(ground)
    cursor = Color.parse(variables["block-cursor-background"])
    changed["block-cursor-foreground"] = legible(foreground, [cursor], TEXT)
    heading = Color.parse(variables["primary-background"])
    changed["heading-color"] = _black_or_white(heading)
    for name in ("input-selection", "screen-selection"):
        shade = background.blend(Color.parse(variables["primary"]), 0.4, 1.0)
        changed[f"{name}-background"] = _ground_for(foreground, shade, background)
        changed[f"{name}-foreground"] = foreground
    changed["input-cursor-background"] = foreground
    changed["input-cursor-foreground"] = background
    trough = background.blend(foreground, 0.12, 1.0)
    changed["scrollbar-background"] = changed["scrollbar-background-hover"] = trough
    changed["scrollbar-background-active"] = changed["scrollbar-corner-color"] = trough
    for name in ("scrollbar", "scrollbar-hover", "scrollbar-active"):
        changed[name] = legible(Color.parse(variables[name]), [trough], LINES)
    changed["border-blurred"] = changed["pane-border"]
    return {**variables, **{name: colour.hex for name, colour in changed.items()}}


def _black_or_white(ground: Color) -> Color:
    """Whichever is easier to read."""
    return WHITE if contrast(WHITE, ground) > contrast(BLACK, ground) else BLACK


def _ground_for(text: Color, ground: Color, plain: Color) -> Color:
    """The nearest ground on the way to the plain one on which the text can be read."""
    steps = (ground.blend(plain, step / _STEPS, 1.0) for step in range(_STEPS + 1))
    return next((one for one in steps if contrast(text, one) >= TEXT + _ROOM), plain)


def _ansi_lines(variables: Mapping[str, str]) -> dict[str, str]:
    # A terminal of 16 colours has no fainter one: a muted ground would hide the text of its colour.
    muted = {f"{name}-muted": "ansi_default" for name in _TINTS}
    lines = {
        name: variables[value[1:]] if value.startswith("$") else value
        for name, value in _ANSI_LINES.items()
        if name not in variables
    }
    return muted | lines
