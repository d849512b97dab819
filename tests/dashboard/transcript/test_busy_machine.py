"""A machine that gives the program little time: frames seem to take long."""

import asyncio
import time

from tests.dashboard.transcript.hosting import Host, screen_text, settled
from tui.dashboard.transcript import Transcript


class SlowTranscript(Transcript):
    """Every frame seems to take a minute."""

    def __init__(self) -> None:
        super().__init__(clock=lambda: time.monotonic() + self.lost)
        self.lost = 0.0

    def _show(self, deadline: float) -> bool:
        shown = super()._show(deadline)
        self.lost += 60.0
        return shown


class InterruptedTranscript(Transcript):
    """Once, text arrives while drawing takes longer than a portion of work."""

    late = ""

    def _show(self, deadline: float) -> bool:
        if self.late:
            asyncio.get_running_loop().call_soon(self.append, "a", self.late)
            self.late = ""
            return False
        return super()._show(deadline)


async def test_text_that_arrives_during_a_slow_frame_is_shown() -> None:
    host = Host()
    host.transcript = transcript = InterruptedTranscript()
    async with host.run_test(size=(60, 12)) as pilot, asyncio.timeout(30):
        transcript.start_answer("a", "Sailor", 0.0)
        await settled(pilot, transcript)
        transcript.late = "is wide."
        transcript.append("a", "The sea ")
        await settled(pilot, transcript)
        assert "The sea is wide." in screen_text(transcript)


async def test_a_slow_frame_does_not_delay_the_next_one() -> None:
    host = Host()
    host.transcript = SlowTranscript()
    async with host.run_test(size=(60, 12)) as pilot, asyncio.timeout(10):
        host.transcript.start_answer("a", "Sailor", 0.0)
        for word in ("The ", "sea ", "is ", "wide."):
            host.transcript.append("a", word)
            await settled(pilot, host.transcript)
        painted = " ".join(strip.text for strip in host.screen._compositor.render_strips())
        assert "The sea is wide." in painted
