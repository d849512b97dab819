"""The stylesheet in two parts: the first frame looks the same without the second one."""

import asyncio

import pytest

from tests.dashboard.textual_internals.test_painted_screen import IDLE
from tui.core.config.settings import AppOptions, Config, Display
from tui.dashboard.app import StreamTui
from tui.dashboard.terminal.style_sheet import style_sheet, stylesheet_path


class FirstFrame(StreamTui):
    """Stays at its first frame."""

    async def load(self) -> None:
        pass


def test_the_parts_are_the_whole_file() -> None:
    sheet = style_sheet()
    assert sheet.first
    rest = sheet.rest.lstrip("\n")
    assert sheet.first + rest == stylesheet_path().read_text(encoding="utf-8")
    assert len(sheet.first) < len(rest)


@pytest.mark.parametrize("theme", ["textual-dark", "ansi-dark"])
@pytest.mark.parametrize("size", [(160, 50), (60, 20), (30, 8)])
def test_the_second_part_changes_nothing_at_the_first_frame(
    theme: str, size: tuple[int, int]
) -> None:
    config = Config(display=Display(theme=theme))
    app = FirstFrame(AppOptions(config=config, worker_command=IDLE))

    def styles() -> dict[str, str]:
        return {str(widget): widget.styles.base.css for widget in app.main.walk_children()}

    async def run() -> None:
        async with app.run_test(size=size):
            before, rules = styles(), len(app.stylesheet.rules)
            app.add_styles()
            app.stylesheet.update(app.main)
            assert len(app.stylesheet.rules) > rules
            assert styles() == before

    asyncio.run(run())
