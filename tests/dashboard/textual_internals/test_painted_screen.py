"""What a key changed is painted at once, and a new size once."""

import sys

import pytest
from textual.events import Resize
from textual.geometry import Region, Size
from textual.pilot import Pilot

from tests.dashboard.performance.host import session
from tests.support.conversations import printed
from tui.core.config.settings import AppOptions, Config
from tui.dashboard.app import StreamTui
from tui.dashboard.textual_internals.compositor import PiecesUpdate

IDLE = (sys.executable, "-c", "import sys; sys.stdin.read()")


def dashboard() -> StreamTui:
    return StreamTui(AppOptions(config=Config(), worker_command=IDLE))


def displayed(app: StreamTui, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The text of each update, from now on."""
    texts: list[str] = []
    display = app._display

    def record(screen: object, update: object) -> None:
        if isinstance(update, PiecesUpdate):
            texts.append("".join(strip.text for span in update.spans for _, strip in span))
        display(screen, update)  # type: ignore[arg-type]

    monkeypatch.setattr(app, "_display", record)
    return texts


def on_screen(pilot: Pilot[int]) -> str:
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in strips)


async def test_what_is_typed_is_painted_alone_and_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = dashboard()
    async with app.run_test() as pilot:
        await pilot.pause()
        texts = displayed(app, monkeypatch)
        app.main.heading.badge = "DEMO"
        app.main.prompt.insert("hello")
        assert ["hello" in text for text in texts] == [True]
        assert "DEMO" not in texts[0]
        await pilot.pause()
        assert "DEMO" in "".join(texts[1:])
        assert "hello" not in "".join(texts[1:])


async def test_a_prompt_that_grows_is_laid_out_before_it_is_painted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = dashboard()
    async with app.run_test() as pilot:
        await pilot.pause()
        texts = displayed(app, monkeypatch)
        app.main.prompt.insert("one\ntwo\nthree")
        assert texts == []
        await pilot.pause()
        assert all(word in on_screen(pilot) for word in ("one", "two", "three"))


async def test_below_another_screen_nothing_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    app = dashboard()
    async with app.run_test() as pilot:
        await pilot.press("f1")
        await pilot.pause()
        texts = displayed(app, monkeypatch)
        app.main.prompt.insert("hello")
        assert texts == []


async def test_the_first_frame_of_a_new_size_shows_the_conversation_laid_out_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = dashboard()
    async with app.run_test(size=(160, 40)) as pilot:
        await pilot.pause()
        transcript = app.main.chat.transcript
        transcript.add_user("u", "The old bridge over a quiet river holds. " * 60, 0.0)
        await pilot.pause()
        texts = displayed(app, monkeypatch)
        await pilot.resize_terminal(130, 40)
        await pilot.pause()
        lines = transcript.render_lines(Region(0, 0, transcript.size.width, 30))
        shown = [strip.text.strip() for strip in lines if strip.text.strip()]
        assert len(shown) > 10
        assert [line for line in shown if line not in texts[0]] == []


@pytest.mark.parametrize("columns", [130, 100, 70, 180])
async def test_a_new_size_is_painted_once(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    app = dashboard()
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.pause()
        app.main.chat.transcript.add_user("u", "The old bridge over a quiet river. " * 60, 0.0)
        app.main.tools.show(printed(["printed"] * 40))
        app.main.performance.show(session().figures())
        await pilot.pause()
        texts = displayed(app, monkeypatch)
        await pilot.resize_terminal(columns, 50)
        await pilot.pause()
        seen = on_screen(pilot).replace("\n", "")
        app.main.heading.badge = "DEMO"
        await pilot.pause()
        sizes = [len(text) for text in texts]
        assert sizes[sizes.index(columns * 50) :] == [columns * 50, columns]
        assert texts[-2] == seen


async def test_a_new_size_leaves_nothing_to_paint_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = dashboard()
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.pause()
        app.main.tools.show(printed(["printed"] * 40))
        await pilot.resize_terminal(130, 50)
        await pilot.pause()
        texts = displayed(app, monkeypatch)
        app.main.chat.transcript.refresh(Region(0, 5, 10, 1))
        await pilot.pause()
        assert [len(text) for text in texts] == [10]


async def test_what_moves_is_painted_even_if_its_place_was_read_before_the_layout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = dashboard()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        screen = [list(line) for line in on_screen(pilot).split("\n")]
        display = app._display

        def paint(on: object, update: object) -> None:
            if isinstance(update, PiecesUpdate):
                for move, strip in (piece for span in update.spans for piece in span):
                    row, column = (int(number) - 1 for number in move[2:-1].split(";"))
                    screen[row][column : column + strip.cell_length] = strip.text
            display(on, update)  # type: ignore[arg-type]

        monkeypatch.setattr(app, "_display", paint)
        for queued in ("one more message", ""):
            # A change in a hidden pane makes Textual compute all places again.
            app.main.performance.show(session().figures())
            await pilot.pause()
            app.main.waiting_list.styles.display = "block" if queued else "none"
            assert app.main.chat.region
            await pilot.pause()
            assert "\n".join(map("".join, screen)) == on_screen(pilot)


async def test_a_layout_and_a_repaint_that_are_requested_together_are_one_update(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = dashboard()
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.pause()
        texts = displayed(app, monkeypatch)
        app.refresh(layout=True)
        app.main.heading.badge = "DEMO"
        await pilot.pause()
        assert [len(text) for text in texts] == [160 * 50]
        assert "DEMO" in texts[0]


async def test_a_size_that_is_reported_again_causes_no_layout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = dashboard()
    async with app.run_test() as pilot:
        await pilot.pause()
        laid_out: list[Size | None] = []
        monkeypatch.setattr(app.main, "_refresh_layout", laid_out.append)
        app.main.post_message(Resize(app.size, app.size))
        await pilot.pause()
        assert laid_out == []
        app.main.post_message(Resize(Size(90, 30), Size(90, 30)))
        await pilot.pause()
        assert laid_out[:1] == [Size(90, 30)]
