"""The message that is queued during a run."""

from tests.dashboard.test_main_screen import desk, loaded, started


async def test_up_brings_back_the_queued_message_and_not_a_refused_one() -> None:
    async with desk() as it:
        await it.feed(*loaded(), *started())
        await it.press("t", "w", "o", "enter")
        await it.press("s", "i", "x", "enter")
        prompt = it.app.main.prompt
        assert prompt.text == "six"
        await it.press("backspace", "backspace", "backspace", "up")
        assert prompt.text == "two"
        assert not it.shows("queued:")
