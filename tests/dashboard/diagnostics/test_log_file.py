"""The log: masked, rotated, readable only by its owner, without prompts or answers."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.core.sanitize.secrets import Masker
from tui.dashboard.diagnostics.crash import Bug
from tui.dashboard.diagnostics.log_file import MOST_BYTES, OLD_FILES, LogFile
from tui.dashboard.diagnostics.log_words import log_line
from tui.protocol import events

KEY = "not-of-any-known-shape"
PROBLEM = events.Problem(
    kind="rate_limit", message="words of the provider", detail=KEY, status=429, request_id="req_1"
)
WRITTEN = (
    events.RunStarted(at=1, run="r1", prompt="a secret plan", entered_at=1, wall=1.0),
    events.ToolCalled(at=2, tool_call="t", name="f", arguments='{"plan": "a secret plan"}'),
    events.ToolFinished(at=3, tool_call="t", outcome="ok", output="a secret plan"),
    events.RunFinished(at=4, run="r1", outcome="failed", problem=PROBLEM, output="a secret plan"),
    events.WorkerExited(at=5, code=7, stderr="a secret plan", pid=3),
)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[LogFile]:
    log = LogFile(Masker([KEY]).mask, folder=tmp_path)
    yield log
    log.close()


def text_of(log: LogFile) -> str:
    assert log.path is not None
    return log.path.read_text()


def test_events_are_logged_without_what_people_models_and_tools_wrote(opened: LogFile) -> None:
    for event in WRITTEN:
        opened.event(event)
    text = text_of(opened)
    assert "run r1 started: send, 13 characters" in text
    assert "run r1 failed: rate_limit, status 429, request req_1" in text
    assert "worker 3 ended: exit code 7" in text
    assert "secret plan" not in text
    assert "words of the provider" not in text


@pytest.mark.parametrize("event", WRITTEN)
def test_no_line_holds_what_was_written(event: events.Event) -> None:
    assert "secret plan" not in log_line(event)[1]


def test_keys_are_masked_and_tracebacks_hold_no_locals(opened: LogFile) -> None:
    def fails() -> None:
        hidden = "a-local-" + "value"
        raise ValueError(f"bad key {KEY} of {len(hidden)}")

    try:
        fails()
    except ValueError as error:
        opened.bug(Bug("ValueError", "chat.py:1", None), error)
    logging.getLogger("a.library").warning("it says %s", KEY)
    text = text_of(opened)
    assert "ValueError: bad key •••" in text
    assert "it says •••" in text
    assert KEY not in text
    assert "a-local-value" not in text


def test_every_file_is_readable_only_by_its_owner_and_old_ones_are_removed(
    opened: LogFile, tmp_path: Path
) -> None:
    for _ in range(OLD_FILES + 3):
        opened.say("x" * MOST_BYTES)
    files = list(tmp_path.iterdir())
    assert len(files) == OLD_FILES + 1
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_log_that_cannot_be_written_has_no_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    log = LogFile(str, folder=tmp_path / "file")
    log.say("nothing")
    assert log.path is None
