"""An answer that breaks off mid-text is continued, through the worker."""

from pathlib import Path

from tests.worker.driver import WorkerProcess
from tui.protocol.events import AttemptFailed, AttemptStarted, TextDelta

AGENT = """\
from tui.demo import build
from tui.demo.token_pace import no_waiting

agent = build(scripted=True, seed=7, pace=no_waiting(7))
"""


def test_an_answer_that_breaks_off_is_continued_without_repetition(tmp_path: Path) -> None:
    (tmp_path / "game.py").write_text(AGENT, encoding="utf-8")
    with WorkerProcess(agent="game.py:agent", cwd=tmp_path, backoff_base=0.01) as worker:
        worker.loaded()
        for number, fault in enumerate(("reset", "close", "failed"), 1):
            finished = worker.say(f"fault {fault}")
            assert finished.outcome == "ok"
            said = [delta.text for delta in worker.all(TextDelta, finished.run)]
            assert finished.output == "".join(said)
            assert finished.output.count("The bridge of ropes") == 1
            assert f"“{fault}”" in finished.output
            attempts = [attempt.attempt for attempt in worker.all(AttemptStarted, finished.run)]
            assert attempts == [1, 2]
            (failed,) = worker.all(AttemptFailed, finished.run)
            assert failed.problem.retry == "after_partial"
            assert len(worker.history()) == 2 * number
