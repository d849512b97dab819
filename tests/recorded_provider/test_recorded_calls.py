from pathlib import Path

import msgspec

from tui.core.sanitize.secrets import Masker
from tui.journal import Journal, Place
from tui.journal.export_file import export_to
from tui.journal.recordings import Recording
from tui.protocol import events
from tui.protocol.events import Event, KeptItem, RequestForm
from tui.protocol.request_digests import digest
from tui.recorded_provider.recorded_calls import RecordedCall, recorded_model

KEY = "sk-test-0123456789abcdef"


def _item(text: str) -> tuple[str, msgspec.Raw]:
    encoded = msgspec.json.encode({"role": "user", "content": text})
    return digest(encoded), msgspec.Raw(encoded)


def _session() -> list[Event]:
    """A call of the agent, whose message is in the history, and one of a nested agent."""
    top, top_item = _item(f"my key is {KEY}")
    nested, nested_item = _item(f"use {KEY}")
    form = RequestForm(settings="{}")
    return [
        events.RunStarted(at=1, run="r1", prompt="hi", entered_at=1, wall=9.0),
        events.HistoryChanged(at=2, run="r1", keep=0, items=(top_item,)),
        events.ModelCallStarted(at=3, run="r1", call="c1", agent="A", model="m"),
        events.RequestKept(at=3, run="r1", call="c1", form="f", given=form, items=(top,)),
        events.ModelCallStarted(at=4, run="r1", call="c2", agent="B", model="m", parent="t"),
        events.RequestKept(
            at=4, run="r1", call="c2", form="f", items=(nested,),
            own=(KeptItem(nested, nested_item),),
        ),
        events.RunFinished(at=9, run="r1", outcome="ok"),
    ]  # fmt: skip


def _asked(calls: tuple[RecordedCall, ...]) -> list[str]:
    requests = [call.request for call in calls]
    return [one.asked("chat").pieces[0].text for one in requests if one is not None]


def test_requests_are_put_together_from_the_history_and_their_own_items() -> None:
    assert _asked(recorded_model([_session()]).calls) == [f"my key is {KEY}", f"use {KEY}"]


def test_an_exported_recording_holds_no_key_and_still_every_request(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.db", place=Place(folder="", reference=""))
    journal.recorder("s").append(_session())
    journal.close()
    exported = tmp_path / "exported.jsonl"
    export_to(exported, "jsonl", journal.store, "s", Masker((KEY,)))
    assert KEY not in exported.read_text()
    asked = _asked(recorded_model(Recording(str(exported), None)).calls)
    assert asked == ["my key is •••", "use •••"]
