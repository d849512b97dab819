"""Results of millions of characters in the tool log: laid out aside, and kept or read back."""

import json
from pathlib import Path

from tests.dashboard.tools.test_tool_log import at_cursor, desk, feed, settled, shown, started
from tests.support.conversations import Folding
from tests.support.patience import PATIENCE
from tui.dashboard.messages import ResultWanted
from tui.dashboard.tools.row_documents import MOST_AT_ONCE, MOST_SHOWN_FIRST
from tui.dashboard.tools.tool_log import ToolLog
from tui.dashboard.tools.tool_rows import ToolRows
from tui.journal import Journal, JournalStore
from tui.journal.stored_files import rest_of_result
from tui.protocol import events
from tui.protocol.events import Event


def ended(key: str, beginning: str, *rest: str) -> list[Event]:
    more = sum(map(len, rest))
    return [
        events.ToolFinished(
            at=3, run="r1", tool_call=key, outcome="ok", output=beginning, more=more
        ),
        *(
            events.ToolOutputContinued(
                at=4, run="r1", tool_call=key, text=text, last=place == len(rest)
            )
            for place, text in enumerate(rest, 1)
        ),
    ]


def called(key: str) -> Event:
    return events.ToolCalled(at=1, run="r1", tool_call=key, name="dig", arguments="{}")


async def test_long_details_begin_at_once_and_are_whole_when_a_thread_has_laid_them_out() -> None:
    value = [{"name": f"item {number}", "é": number} for number in range(20_000)]
    text = json.dumps(value, ensure_ascii=False)
    assert len(text) > MOST_AT_ONCE
    async with desk() as (log, pilot):
        started(log, "t1")
        feed(log, *ended("t1", text[:200_000], text[200_000:]))
        await settled(log, pilot)
        log.action_open_or_fold()
        first = log.documents.of(at_cursor(log))
        lines = [line.text for line in first.lines]
        assert lines[-1].startswith("… reading ")
        assert sum(map(len, lines)) < MOST_SHOWN_FIRST * 2
        await settled(log, pilot)
        whole = log.documents.of(at_cursor(log))
        assert len(whole) > 80_000
        log.action_go("end")
        await settled(log, pilot)
        assert shown(log)[-1].strip() == "]"
        assert any('"é": 19999' in line for line in shown(log))


async def test_a_search_finds_the_last_line_of_a_long_result() -> None:
    text = "".join(f"{number:06} nothing\n" for number in range(40_000)) + "a needle"
    async with desk() as (log, pilot):
        started(log, "t1")
        feed(log, *ended("t1", text[:200_000], text[200_000:]))
        log.finder.search("needle")
        await settled(log, pilot)
        assert any("a needle" in line for line in shown(log))


def test_the_rows_noted_first_keep_only_the_beginnings_of_their_results() -> None:
    rows, it = ToolRows(), Folding()
    rows.results.most = 25
    for key in ("t1", "t2", "t3"):
        for change in it.feed(called(key), *ended(key, "begin", "x" * 12)):
            rows.show(change)
    assert [row.result_stored for row in rows] == [True, False, False]
    assert rows.rows[0].result == "begin\n… reading 12 more characters"
    assert rows.rows[1].result == "begin" + "x" * 12


async def test_a_result_that_is_only_in_the_journal_is_asked_for_and_put_back(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.db"
    journal = Journal.open(path)
    begun = events.RunStarted(at=0, run="r1", prompt="go", entered_at=0, wall=1.0)
    batch = [begun, called("t1"), *ended("t1", "begin ", "mid ", "end"), called("t2"),
             *ended("t2", "begin ", "other")]  # fmt: skip
    journal.append("s", batch)
    assert journal.close(PATIENCE)
    wanted: list[ResultWanted] = []

    class Kept(ToolLog):
        def on_result_wanted(self, message: ResultWanted) -> None:
            wanted.append(message)

    async with desk(Kept) as (log, pilot):
        log.rows.results.most = 6
        feed(log, *batch)
        await settled(log, pilot)
        row = log.rows.rows[0]
        assert row.result_stored
        log.action_go("start")
        log.action_copy()
        await pilot.pause()
        (message,) = wanted
        pieces = rest_of_result(JournalStore(path), "s", "r1", "t1")
        log.results.restore(message.row, pieces)
        assert row.result == "begin mid end"
        message.then()
        await pilot.pause()
        assert pilot.app.copied == [("begin mid end", "the result of dig")]  # type: ignore[attr-defined]
    assert rest_of_result(JournalStore(path), "s", "r1", "t9") == ()
