"""How many pictures and files of tools stay in memory, and where the others are found."""

from pathlib import Path

from tests.support.conversations import Folding
from tests.support.patience import PATIENCE
from tui.dashboard.tools.tool_rows import ToolRows
from tui.journal import Journal, JournalStore
from tui.journal.stored_files import files_of
from tui.protocol import events
from tui.protocol.events import Event


def made(number: int, size: int) -> list[Event]:
    picture = events.Attachment(
        media_type="image/png", data=bytes([number]) * size, width=9, height=9
    )
    key = f"t{number}"
    return [
        events.ToolCalled(at=number, run="r1", tool_call=key, name="paint", arguments=""),
        events.ToolFinished(
            at=number, run="r1", tool_call=key, outcome="ok", attachments=(picture,)
        ),
    ]


def test_the_oldest_lose_their_data_and_the_newest_never() -> None:
    rows, it = ToolRows(most_file_bytes=25), Folding()
    for change in it.feed(*made(1, 10), *made(2, 10), *made(3, 10), *made(4, 50)):
        rows.show(change)
    assert [sum(len(one.data) for one in row.attachments) for row in rows] == [0, 0, 0, 50]
    assert [row.files_stored for row in rows] == [True, True, True, False]
    first = rows.with_files("t1")
    assert first is not None
    assert first.key == "t1"
    assert first.attachments[0].width == 9


def test_a_row_that_is_cleared_counts_no_longer() -> None:
    rows = ToolRows(most_file_bytes=25)
    for _ in range(3):
        for change in Folding().feed(*made(1, 20)):
            rows.show(change)
        assert [row.files_stored for row in rows] == [False]
        rows.clear()
    assert rows.with_files("") is None


def test_what_is_no_longer_in_memory_is_in_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = Journal.open(path)
    started = events.RunStarted(at=0, run="r1", prompt="go", entered_at=0, wall=1.0)
    journal.append("s", [started, *made(1, 1000), *made(2, 1000)])
    assert journal.close(PATIENCE)
    (picture,) = files_of(JournalStore(path), "s", "r1", "t1")
    assert picture.data == b"\x01" * 1000
    assert files_of(JournalStore(path), "s", "r1", "t9") == ()
