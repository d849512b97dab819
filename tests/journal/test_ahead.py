"""A session that another process reads while the screen is imported."""

import os
import signal
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import msgspec
import pytest

from tests.journal.test_sessions import options, store
from tui.core.metrics import Thresholds, figures
from tui.core.sanitize.secrets import Masker
from tui.journal import Journal, JournalStore, NoSuchSessionError, Place, SessionLock
from tui.journal.ahead import ReadAhead, RefusedError
from tui.journal.sessions import Sessions, read_stored
from tui.protocol import events
from tui.protocol.events import Event

# The process under test is a fork; that of a whole test run has threads, the program's has not.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")

SECRET = "a-secret-of-the-environment"


def told(turns: int) -> Iterator[Event]:
    """So much that no pipe holds it; the last turn is open."""
    at = count(time.monotonic_ns())
    yield events.WorkerStarted(at=next(at), pid=1, python="3", wall=time.time())
    for number in range(turns):
        run, call = f"r{number}", f"c{number}"
        yield events.RunStarted(
            at=next(at), run=run, prompt=f"ask {number}", entered_at=next(at), wall=time.time()
        )
        item = msgspec.Raw(b'{"n": %d}' % number)
        yield events.HistoryChanged(at=next(at), run=run, keep=number, items=(item,))
        yield events.ModelCallStarted(at=next(at), run=run, call=call, agent="Ann", model="m")
        yield events.AttemptStarted(at=next(at), run=run, call=call)
        for word in ("one ", f"{SECRET} ", "x" * 2000):
            yield events.TextDelta(at=next(at), run=run, call=call, text=word)
        yield events.UsageReported(at=next(at), run=run, call=call, input=7, output=number)
        yield events.AttemptFinished(at=next(at), run=run, call=call)
        if number < turns - 1:
            yield events.RunFinished(at=next(at), run=run, outcome="ok")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    journal = Journal.open(path, place=Place(folder=str(Path.cwd()), reference="a.py"))
    journal.append("2026-a", list(told(50)))
    assert journal.close(30)
    return path


def opened(path: Path) -> Sessions:
    return Sessions(Journal.open(path), masker=Masker((SECRET,)), thresholds=Thresholds())


def test_it_is_what_would_be_read_later(path: Path) -> None:
    ahead = ReadAhead(options(path, secrets=(SECRET,)), "2026")
    assert ahead.found() == "2026-a"
    taken = ahead.take()
    assert taken is not None
    masker = Masker((SECRET,))
    later = read_stored(
        JournalStore(path), "2026-a", masker=masker, limits=Thresholds(), at=time.monotonic_ns()
    )
    assert taken.info == later.info
    assert taken.resumed.shown == later.resumed.shown
    assert taken.resumed.prompts == later.resumed.prompts
    assert taken.resumed.history.take() == later.resumed.history.take()
    now = time.monotonic_ns()
    assert (
        figures(taken.resumed.metrics, now).session == figures(later.resumed.metrics, now).session
    )
    texts = "".join(e.text for e in taken.resumed.shown if isinstance(e, events.TextDelta))
    assert len(texts) > 100_000
    assert SECRET not in texts


def test_it_is_taken_only_as_long_as_nothing_was_added(path: Path) -> None:
    ahead = ReadAhead(options(path), "2026-a")
    ahead.found()
    taken = ahead.take()
    assert taken is not None
    first = opened(path)
    assert first.open("2026-a", time.monotonic_ns(), taken) is taken
    assert first.journal.close(30)
    store(path, "2026-a", Place())
    second = opened(path)
    again = second.open("2026-a", time.monotonic_ns(), taken)
    assert again.info.runs == taken.info.runs + 1
    assert again.resumed.prompts == (*taken.resumed.prompts, "hi")
    assert second.journal.close(30)


def test_a_session_that_is_gone_is_not_held(path: Path) -> None:
    sessions = opened(path)
    JournalStore(path).delete("2026-a")
    with pytest.raises(NoSuchSessionError):
        sessions.open("2026-a", time.monotonic_ns())
    with SessionLock(path, "2026-a"):
        pass
    assert sessions.journal.close(30)


def test_the_newest_session_of_this_place_is_found(path: Path) -> None:
    assert ReadAhead(options(path, agent="a.py"), None).found() == "2026-a"


def test_what_cannot_be_opened_is_refused_in_words(path: Path) -> None:
    with pytest.raises(RefusedError, match="there is no session 'x'"):
        ReadAhead(options(path), "x").found()
    with SessionLock(path, "2026-a"), pytest.raises(RefusedError, match=f"pid {os.getpid()}"):
        ReadAhead(options(path), "2026-a").found()


def test_a_reader_that_dies_has_read_nothing(path: Path) -> None:
    ahead = ReadAhead(options(path), "2026-a")
    # It cannot have told everything: nobody reads what the pipe does not hold.
    os.kill(ahead.pid, signal.SIGKILL)
    ahead.found()
    assert ahead.take() is None
