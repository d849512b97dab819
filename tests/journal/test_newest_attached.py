"""The pictures and files of the newest message that had any."""

from pathlib import Path

import msgspec

from tests.support.patience import PATIENCE
from tui.journal import Journal, JournalStore
from tui.journal.stored_files import newest_attached
from tui.protocol import events

ADDRESS = "data:image/png;base64,AAAA"


def message(run: str, *parts: dict[str, str]) -> events.Event:
    content = [{"type": "input_text", "text": run}, *parts]
    item = msgspec.Raw(msgspec.json.encode({"role": "user", "content": content}))
    return events.HistoryChanged(at=1, run=run, keep=0, items=(item,), agent="Ann")


def test_of_the_runs_that_count_the_newest_with_files_is_found(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = Journal.open(path)
    picture = {"type": "input_image", "image_url": ADDRESS}
    text = {"type": "input_text", "text": "no file"}
    started = events.RunStarted(at=0, run="r1", prompt="go", entered_at=0, wall=1.0)
    told = [started, message("r1", picture), message("r2", picture, picture), message("r3", text)]
    journal.append("s", told)
    assert journal.close(PATIENCE)
    store = JournalStore(path)
    assert len(newest_attached(store, "s", ["r1", "r2", "r3"])) == 2
    assert len(newest_attached(store, "s", ["r1", "r3"])) == 1
    assert newest_attached(store, "s", ["r3"]) == ()
