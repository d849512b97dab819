"""How a reader waits for more of a session."""

import asyncio
from pathlib import Path

from tui.journal import Journal
from tui.protocol.events import Noticed
from tui.web.delivery.event_log import EventLog, Waits


async def test_a_reader_is_woken_by_what_comes_and_by_its_time(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.db")
    log = EventLog(journal, "s")
    waits = Waits(log)
    assert not await waits.wait(0.05)
    for number in range(1, 4):
        waiting = asyncio.create_task(waits.wait(600))
        await asyncio.sleep(0)
        log.append([Noticed(at=number, text="something")])
        assert await waiting
        assert log.last == number
    # The timer of the long waits is still set, and the next one must not wait for it.
    assert not await waits.wait(0.05)
    assert not await log.wait(0.05)
    waits.end()
    journal.close()


async def test_a_wait_that_is_over_leaves_nothing_behind(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.db")
    log = EventLog(journal, "s")
    waits = Waits(log)
    waiting = asyncio.create_task(waits.wait(600))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    assert not await waits.wait(0.01)
    assert not log._waiting
    # What comes when nobody waits wakes nobody later.
    log.append([Noticed(at=1, text="something")])
    assert not await waits.wait(0.01)
    waits.end()
    journal.close()
