"""Lines are as wide as the columns beside the scroll bar."""

import pytest

from tests.dashboard.transcript.hosting import Host, settled

WORDS = "The sea is a vast and mysterious realm of the ocean's depths where one can only dream."


@pytest.mark.parametrize("width", range(30, 50))
async def test_no_letter_is_lost_beside_the_scrollbar(width: int) -> None:
    host = Host()
    async with host.run_test(size=(width, 12)) as pilot:
        host.transcript.start_answer("a", "Sailor", 0.0)
        host.transcript.append("a", WORDS)
        host.transcript.finish("a")
        await settled(pilot, host.transcript)
        painted = " ".join(strip.text for strip in host.screen._compositor.render_strips())
        assert WORDS in " ".join(painted.split())
