"""Files of events, as `streamtui run --output jsonl` writes them or as others left them."""

from pathlib import Path

import pytest

from tui.journal.recordings import JobName, Recording
from tui.protocol.codec import encode
from tui.protocol.events import RunStarted

STARTED = RunStarted(at=1, run="r1", prompt="hi", entered_at=1, wall=9.0)


def read(tmp_path: Path, *lines: bytes) -> Recording:
    path = tmp_path / "recording.jsonl"
    path.write_bytes(b"".join(lines))
    recording = Recording(str(path), None)
    assert list(recording) == [[STARTED]]
    return recording


def test_the_prompts_of_a_batch_are_named(tmp_path: Path) -> None:
    named = b'{"type":"JobStarted","run":"r1","id":"first","round":2}\n'
    recording = read(tmp_path, named, encode(STARTED))
    assert recording.jobs == {"r1": JobName("r1", "first", 2)}
    assert recording.skipped == 0


@pytest.mark.parametrize("fields", ['"id":"a","round":"x"', '"id":"a","round":[1]', '"id":{}', ""])
def test_a_name_that_cannot_be_read_is_skipped_and_counted(tmp_path: Path, fields: str) -> None:
    comma = "," if fields else ""
    named = f'{{"type":"JobStarted","run":"r1"{comma}{fields}}}\n'.encode()
    recording = read(tmp_path, named, encode(STARTED))
    assert recording.jobs == {}
    assert (recording.skipped, recording.unknown) == (1, {})
