"""A whole conversation that is added at once."""

from collections.abc import Iterator

import pytest

from tests.dashboard.transcript.hosting import Host, screen_text, settled
from tui.dashboard.transcript import Transcript, highlighting
from tui.dashboard.transcript.line_layout import Place


@pytest.fixture(autouse=True)
def _no_lexer_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highlighting, "_lexers", {})


def words(transcript: Transcript) -> Iterator[str]:
    """The texts that are drawn in one style each."""
    for y in range(transcript.size.height):
        yield from (segment.text for segment in transcript.render_line(y))


def load(transcript: Transcript, *answers: str) -> None:
    with transcript.bulk_load():
        for number, answer in enumerate(answers):
            transcript.start_answer(f"a{number}", "Ann", 0.0)
            transcript.append(f"a{number}", answer)
            transcript.finish(f"a{number}")


SHORT = "```ruby\ndef cross(river)\nend\n```\n"
LONG = "```ruby\n" + "def cross(river)\nend\n" * 400 + "```\n"


@pytest.mark.parametrize("answer", [SHORT, LONG])
async def test_code_is_shown_before_its_lexer_is_loaded_and_coloured_after(answer: str) -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        await settled(pilot, app.transcript)
        load(app.transcript, answer)
        assert "def cross(river)" in list(map(str.strip, words(app.transcript)))
        before = screen_text(app.transcript)
        await pilot.pause()
        await app.workers.wait_for_complete()
        await settled(pilot, app.transcript)
        assert "def" in words(app.transcript)
        assert screen_text(app.transcript) == before


async def test_code_above_the_view_is_coloured_too() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        await settled(pilot, app.transcript)
        load(app.transcript, SHORT, LONG)
        await pilot.pause()
        await app.workers.wait_for_complete()
        await settled(pilot, app.transcript)
        app.transcript.action_scroll_home()
        await settled(pilot, app.transcript)
        assert "def" in words(app.transcript)


async def test_a_lexer_that_is_loaded_is_used_at_once() -> None:
    app = Host()
    highlighting.load_lexers(["ruby"])
    async with app.run_test(size=(60, 12)) as pilot:
        await settled(pilot, app.transcript)
        load(app.transcript, SHORT)
        assert "def" in words(app.transcript)


async def test_messages_above_have_about_their_full_height_before_they_are_drawn() -> None:
    app = Host()
    answer = "# head\n\n" + "- some words\n" * 20
    async with app.run_test(size=(60, 12)) as pilot:
        await settled(pilot, app.transcript)
        with app.transcript.bulk_load():
            app.transcript.add_user("u", "hi", 0.0)
            for number in range(30):
                app.transcript.start_answer(f"a{number}", "Ann", 0.0)
                app.transcript.append(f"a{number}", answer)
                app.transcript.finish(f"a{number}", interrupted="" if number else "cut")
        loaded = app.transcript.line_layout.total
        source = [item.source() for item in app.transcript.item_list.items]
        app.transcript.window.show(Place(0, 0, 0))
        assert "# head" in screen_text(app.transcript)
        app.transcript.follow()
        await pilot.pause()
        await settled(pilot, app.transcript)
        total = app.transcript.line_layout.total
        assert abs(total - loaded) < total / 10
        assert [item.source() for item in app.transcript.item_list.items] == source
        app.transcript.action_scroll_home()
        await settled(pilot, app.transcript)
        shown = screen_text(app.transcript)
        assert "head" in shown
        assert "# head" not in shown


async def test_the_end_of_a_conversation_added_at_once_is_shown_before_any_other_frame() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        transcript = app.transcript
        await settled(pilot, transcript)
        with transcript.bulk_load():
            for number in range(30):
                transcript.start_answer(f"a{number}", "Ann", 0.0)
                transcript.append(f"a{number}", f"answer *{number}*\n\n- one\n- two\n" * 3)
                transcript.finish(f"a{number}")
            await pilot.pause()
            assert transcript.is_settled
        assert "answer 29" in screen_text(transcript)
        assert not transcript.is_settled
        await settled(pilot, transcript)
        transcript.action_scroll_home()
        await settled(pilot, transcript)
        assert "answer 0" in screen_text(transcript)
