"""The source of a replay: what it gives when, at any speed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.dashboard.replay.replay_desk import SECOND, Hands, two_turns
from tests.support.patience import PATIENCE
from tui.protocol import events
from tui.protocol.commands import StartRun
from tui.protocol.events import Event
from tui.replay.player import MOST, Player
from tui.replay.tape import tape_of


class Listener:
    """Collects what a player gives."""

    def __init__(self, player: Player, hands: Hands) -> None:
        self.player = player
        self.hands = hands
        self.batches: list[int] = []
        self.got: list[Event] = []

    async def listen(self) -> None:
        async for batch in self.player.batches():
            self.got += batch
            self.batches.append(len(batch))

    async def after(self, seconds: float) -> int:
        """How many events have come after so many more seconds."""
        self.hands.at += round(seconds * SECOND)
        self.player._changed.set()
        await self.quiet()
        return len(self.got)

    async def quiet(self) -> None:
        """Wait until nothing more comes."""
        async with asyncio.timeout(PATIENCE):
            before = -1
            while len(self.got) != before or self._is_due():
                before = len(self.got)
                await asyncio.sleep(0.03)

    def _is_due(self) -> bool:
        player = self.player
        if player.ended or player.paused:
            return False
        return player.position >= player.tape.positions[player.arrived]


@asynccontextmanager
async def listening(recorded: list[Event], speed: float = 1.0) -> AsyncIterator[Listener]:
    hands = Hands()
    listener = Listener(Player(tape_of([recorded]), speed=speed, clock=hands), hands)
    task = asyncio.create_task(listener.listen())
    await listener.quiet()
    yield listener
    await listener.player.close()
    async with asyncio.timeout(PATIENCE):
        await task


async def test_events_come_when_they_are_due() -> None:
    async with listening(two_turns()) as it:
        assert len(it.got) == 2
        assert await it.after(0.9) == 2
        assert await it.after(0.1) == 5
        assert it.player.now() == 1 * SECOND
        assert await it.after(0.5) == 5
        assert it.player.now() == round(1.5 * SECOND)


async def test_four_times_as_fast() -> None:
    async with listening(two_turns(), speed=4) as it:
        assert await it.after(0.5) == 6
        assert it.player.position == 2 * SECOND


async def test_the_clock_jumps_over_what_is_cut_out_of_a_long_wait() -> None:
    async with listening(two_turns()) as it:
        await it.after(7.9)
        assert it.player.now() < 9 * SECOND
        await it.after(0.1)
        assert it.player.now() == 3600 * SECOND


async def test_a_pause_keeps_the_position_and_a_new_speed_counts_from_there() -> None:
    async with listening(two_turns()) as it:
        await it.after(1.5)
        it.player.paused = True
        assert await it.after(100) == 5
        it.player.speed = 2.0
        assert it.player.position == round(1.5 * SECOND)
        it.player.paused = False
        assert await it.after(0.25) == 6


async def test_at_the_end_the_clock_stands() -> None:
    async with listening(two_turns()) as it:
        for _ in range(20):
            await it.after(1)
        assert len(it.got) == len(it.player.tape)
        assert it.player.ended
        assert it.player.now() == 3604 * SECOND


async def test_a_flood_comes_in_batches_of_a_bounded_size_and_the_clock_waits_for_it() -> None:
    flood: list[Event] = [events.OutputPrinted(at=number, text="line") for number in range(20_000)]
    async with listening([*flood, events.OutputPrinted(at=9 * SECOND, text="last")], 64) as it:
        assert await it.after(1) < 20_000
        for _ in range(60):
            await it.after(0.02)
        assert len(it.got) == 20_001
        assert max(it.batches) == MOST


async def test_it_waits_until_the_batch_before_was_handled() -> None:
    async with listening(two_turns()) as it:
        handled = asyncio.Event()
        it.player.settled = handled.wait
        assert await it.after(1) == 5
        it.hands.at += 2 * SECOND
        await asyncio.sleep(0.05)
        assert len(it.got) == 5
        assert it.player.position == 2 * SECOND
        handled.set()
        await it.quiet()
        assert len(it.got) > 5


async def test_it_takes_no_commands() -> None:
    async with listening(two_turns()) as it:
        assert not it.player.send(StartRun(run="r9", prompt="hi", entered_at=0))
        it.player.restart()
        it.player.reload()
        assert len(it.got) == 2
