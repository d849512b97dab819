"""Everything on the screen can be read in every theme: the contrast of what is painted."""

import pytest
from rich.color import Color as RichColor
from textual.color import Color
from textual.theme import BUILTIN_THEMES
from textual.widget import Widget

from tests.dashboard.test_main_screen import Desk, started
from tests.dashboard.themes.busy_desk import busy_desk, painted
from tui.dashboard.terminal.contrast import LINES, TEXT, contrast, legible, luminance
from tui.dashboard.terminal.theme_choice import theme_names
from tui.protocol import events

COLOURED = [
    name for name in theme_names() if name in BUILTIN_THEMES and not BUILTIN_THEMES[name].ansi
]

OF_THE_TERMINAL = [name for name in theme_names() if name not in COLOURED]

DRAWN = frozenset("─│╭╮╰╯━┃┏┓┗┛▊▎▔▁█▇▆▅▄▃▂▏▕▓▒░┅")
"""Borders, marks and bars: no text."""


def rgb(colour: RichColor | None) -> Color:
    assert colour is not None
    return Color(*colour.get_truecolor())


def faint(it: Desk) -> list[str]:
    """What is painted with too little contrast."""
    found = []
    for y, (text, style, _) in painted(it):
        shown = text.strip()
        if not shown or style is None or style.color is None or style.color.is_default:
            continue
        colours = rgb(style.color), rgb(style.bgcolor)
        least = LINES if set(shown) <= DRAWN else TEXT
        if (seen := contrast(*colours)) < least:
            found.append(f"{y}: {shown[:40]!r} {colours[0].hex} on {colours[1].hex}: {seen:.2f}")
    return found


def faint_styles(root: Widget) -> list[str]:
    """Widgets whose computed styles have too little contrast, parts of them included."""
    found = []
    for widget in root.walk_children(Widget, with_self=True):
        outer, inner = widget.background_colors
        for edge, (kind, colour) in zip(["top", "right"], widget.styles.border, strict=False):
            if kind not in {"", "none", "hidden", "blank"}:
                shown = inner.blend(colour, colour.a, 1.0) if colour.a < 1 else colour
                if contrast(shown, outer) < LINES:
                    found.append(f"{widget} {edge} border {colour.hex} on {outer.hex}")
        for name in ("", *sorted(widget._get_component_classes())):
            if any(part in name for part in ("scrollbar", "hover", "gutter", "bracket")):
                continue
            style = widget.get_component_rich_style(name) if name else widget.rich_style
            if style.color is None or style.bgcolor is None or style.color == style.bgcolor:
                continue
            if contrast(rgb(style.color), rgb(style.bgcolor)) < (
                LINES if "cursor" in name else TEXT
            ):
                found.append(f"{widget} {name} {style}")
    return found


def test_the_contrast_is_that_of_wcag() -> None:
    black, white = Color(0, 0, 0), Color(255, 255, 255)
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(Color(119, 119, 119), white) == pytest.approx(4.48, abs=0.01)
    assert luminance(Color(255, 0, 0)) == pytest.approx(0.2126)


def test_a_colour_is_changed_only_as_far_as_needed() -> None:
    ground = Color(18, 18, 18)
    assert legible(Color(200, 200, 200), [ground], TEXT) == Color(200, 200, 200)
    changed = legible(Color(60, 60, 90), [ground], TEXT)
    assert TEXT <= contrast(changed, ground) < TEXT + 1
    assert changed.b > changed.r


@pytest.mark.parametrize("theme", COLOURED)
async def test_everything_can_be_read_and_every_border_seen(theme: str) -> None:
    async with busy_desk(theme) as it:
        seen = set(faint(it))
        for key in ("f2", "f3", "f4"):
            await it.press(key)
            seen.update(faint(it), faint_styles(it.app.main))
        await it.press("f3", "home", "enter")
        it.app.main.views.search("needle")
        it.app.notify("a warning", severity="warning", markup=False)
        await it.pilot.pause(0.1)
        seen.update(faint(it))
        for command in ("help", "stats", "quit", "palette"):
            it.app.main.perform(command)
            await it.pilot.pause(0.1)
            seen.update(f"{command} {one}" for one in (*faint(it), *faint_styles(it.app.screen)))
            if it.app.screen is not it.app.main:
                await it.press("escape")
        assert not seen, "\n".join(sorted(seen))


def hidden_styles(root: Widget) -> list[str]:
    """Widgets, and parts of them, whose text has the colour of its ground."""
    return [
        f"{widget} {name} {style}"
        for widget in root.walk_children(Widget, with_self=True)
        for name in ("", *sorted(widget._get_component_classes()))
        if not any(part in name for part in ("scrollbar", "hover", "gutter", "bracket"))
        for style in [widget.get_component_rich_style(name) if name else widget.rich_style]
        if style.color is not None and not style.color.is_default and style.color == style.bgcolor
    ]


@pytest.mark.parametrize("theme", OF_THE_TERMINAL)
async def test_no_text_has_the_colour_of_its_ground_in_sixteen_colours(theme: str) -> None:
    async with busy_desk(theme) as it:
        await it.feed(
            *started("r2", prompt="again"),
            events.ApprovalRequested(at=8, run="r2", tool_call="u1", name="asks", arguments="{}"),
        )
        assert it.shows("asks")
        assert hidden_styles(it.app.main) == []
