"""Rows 53 to 56: the dashboard or the worker ends or stops, or user code writes to its streams."""

import os
import re
import signal

import pytest

from tests.faults.answers import PIECES, QUICK, REST, SAID, WHOLE
from tests.faults.row import INTERRUPTED, PROMPT, Row
from tests.support.patience import wait_until
from tests.support.provider import Answer, Gate, ToolCall
from tests.support.terminal import children_of, foreign_sequences, is_running, wait_gone
from tui.protocol.events import TextDelta, ToolStarted, WorkerStarted
from tui.protocol.recovery_text import INTERRUPTED_OUTPUT

ONE_API = pytest.mark.parametrize("api", ["responses"])
RESTORED = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?2004l")


def half_an_answer(row: Row) -> None:
    """The provider holds back the third delta; the first two are on the screen and on disk."""
    row.send(Answer(deltas=PIECES, gates={2: Gate()}))
    row.shows(SAID)
    wait_until(
        lambda: "".join(delta.text for delta in row.all(TextDelta)) == SAID, "two deltas on disk"
    )


def test_53_the_dashboard_is_killed(row: Row) -> None:
    row.report.how = "kill -9 of the UI after two deltas"
    row.start(keep=False, warm=False)
    half_an_answer(row)
    (worker,) = children_of(row.terminal.pid)
    row.terminal.kill(signal.SIGKILL)
    wait_gone(worker)
    row.dashboard.restart("--continue")
    row.shows(PROMPT, SAID, "interrupted")
    row.sent_requests(1)
    row.terminal.wait_for(re.compile(r"── (idle|failed|cancelled|cut off)\b"))
    row.next_turn_has(("user", PROMPT), ("assistant", f"{SAID}{INTERRUPTED}"))


@ONE_API
@pytest.mark.parametrize("end", ["SIGTERM", "SIGHUP", "the terminal is gone"])
def test_54_the_dashboard_is_ended(row: Row, end: str) -> None:
    row.report.how = f"{end} after two deltas"
    dashboard = row.start(keep=False, warm=False)
    half_an_answer(row)
    terminal = row.terminal
    (worker,) = children_of(terminal.pid)
    if end.startswith("SIG"):
        sent = signal.Signals[end]
        terminal.kill(sent)
        assert terminal.exit_code() == 128 + sent
        for mode in RESTORED:
            assert mode in terminal.raw[-2000:]
        row.report.seen.append("the terminal restored")
    else:
        terminal.hang_up()
        wait_gone(terminal.pid)
    wait_gone(worker)
    assert not is_running(worker)
    said = "".join(delta.text for delta in row.all(TextDelta))
    assert said == SAID
    row.sent_requests(1)
    dashboard.restart("--continue")
    row.shows(PROMPT, SAID)
    row.next_turn_has(("user", PROMPT), ("assistant", f"{SAID}{INTERRUPTED}"))


@ONE_API
@pytest.mark.parametrize(
    ("how", "seen"),
    [("exit", "exit code 7"), ("segfault", "SIGSEGV"), ("memory", "SIGKILL")],
)
def test_55_the_worker_dies(row: Row, how: str, seen: str) -> None:
    row.report.how = f"a tool ends the worker: {how}"
    row.start(agent="faulty", settings=QUICK, keep=False, warm=False)
    row.send(Answer("Let me see. ", tool_calls=[ToolCall("dies", {"how": how})]))
    row.shows(f"process ended: {seen}", "may have completed", "Let me see.", "Ctrl.?R resumes")
    row.sent_requests(1)
    assert len(row.all(ToolStarted)) == 1
    row.counted_errors({"worker": 1})
    row.next_turn_has(
        ("user", PROMPT),
        ("assistant", "Let me see. "),
        ("call", "dies"),
        ("output", INTERRUPTED_OUTPUT),
    )


def test_55_the_worker_is_killed(row: Row) -> None:
    row.report.how = "kill -9 of the worker after two deltas"
    row.start(settings=QUICK, keep=False, warm=False)
    half_an_answer(row)
    (worker,) = children_of(row.terminal.pid)
    os.kill(worker, signal.SIGKILL)
    row.shows("process ended: SIGKILL", SAID, "Ctrl.?R resumes")
    row.sent_requests(1)
    row.counted_errors({"worker": 1})
    # Until the new worker has started, the retry key only asks to wait.
    row.terminal.wait_for(lambda _: children_of(row.terminal.pid) not in ([], [worker]))
    row.retry(Answer(REST))
    row.shows("three four")
    row.terminal.wait_for(re.compile(r"── idle\b"))
    assert SAID in str(row.requests[-1].items)
    assert row.provider.problems == []


@ONE_API
def test_55_the_worker_is_stopped(row: Row) -> None:
    row.report.how = "SIGSTOP of the worker after two deltas, SIGCONT, SIGSTOP again, /reload"
    row.start(settings=QUICK, keep=False)
    gate = Gate()
    row.send(Answer(deltas=PIECES, gates={2: gate}))
    row.shows(SAID)
    worker = next(e.pid for e in reversed(row.dashboard.events()) if isinstance(e, WorkerStarted))
    os.kill(worker, signal.SIGSTOP)
    row.shows(r"agent silent \d+ s · Esc cancels")
    os.kill(worker, signal.SIGCONT)
    gate.open()
    row.shows(WHOLE)
    row.finished()
    row.sent_requests(1)
    os.kill(worker, signal.SIGSTOP)
    row.shows(r"agent silent \d+ s · /reload")
    row.terminal.type("/reload\n")
    row.terminal.wait_for(re.compile(r"── idle\b"))
    row.counted_errors({})
    row.next_turn_has(("user", PROMPT), ("assistant", WHOLE))


def test_56_user_code_prints(row: Row) -> None:
    row.start(agent="faulty", settings=QUICK, warm=False)
    before = len(row.dashboard.raw)
    row.run_turn(
        Answer(tool_calls=[ToolCall("prints", {})]),
        Answer(WHOLE),
        how="print, os.write(1) and write(2) from C",
        shows=["written with print", "written with os.write", "written from C", "✓ prints", WHOLE],
        kinds={},
        kept=[("user", PROMPT), ("call", "prints"), ("output", "quiet"), ("assistant", WHOLE)],
    )
    assert foreign_sequences(row.dashboard.raw[before:]) == []
