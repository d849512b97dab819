"""Text that is shown later than it arrives."""

from tests.dashboard.transcript.hosting import Host, screen_text, settled
from tui.dashboard.transcript.item_list import ItemList
from tui.dashboard.transcript.line_layout import LineLayout
from tui.dashboard.transcript.text_intake import TextIntake


class Clock:
    """Time that moves when it is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_reading_speed_still_applies_after_the_answer_is_complete() -> None:
    clock = Clock()
    layout = LineLayout(lambda _: None)
    intake = TextIntake(layout, clock)
    intake.pace = 60
    item_list = ItemList(layout, intake)
    item_list.start_answer("a", "Agent", 0.0)
    item_list.append("a", "alpha bravo delta gamma ")
    item_list.replace("a", "alpha bravo delta gamma ")
    item_list.finish("a")
    shown = []
    for _ in range(4):
        clock.now += 1.0
        intake.work(clock.now + 1.0)
        shown.append(item_list.by_key["a"].source())
    assert shown == [
        "alpha ", "alpha bravo ", "alpha bravo delta ", "alpha bravo delta gamma ",
    ]  # fmt: skip
    item_list.append("a", "too late")
    intake.work(clock.now + 1.0)
    assert item_list.by_key["a"].source().endswith("delta gamma ")


async def test_a_new_prompt_releases_text_that_is_held_back() -> None:
    app = Host()
    transcript = app.transcript
    async with app.run_test(size=(80, 24)) as pilot:
        transcript.set_pace(60)
        transcript.start_answer("a", "Agent", 0.0)
        transcript.append("a", "one two three")
        transcript.finish("a")
        transcript.add_user("u", "next", 0.0)
        await settled(pilot, transcript)
        assert "one two three" in screen_text(transcript)
