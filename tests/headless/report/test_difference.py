"""Two batches side by side."""

from tests.headless.report.results import attempt, problem, result, summary, timed, tool
from tui.headless.report.difference import difference, difference_lines

NAMES = ("old.json", "new.json")


def test_the_same_batch_does_not_differ() -> None:
    found = difference(timed(0.5, 0.6, 0.7), timed(0.5, 0.6, 0.7))
    assert found.same == 3
    assert found.runs == ()
    assert found.only == ((), ())
    assert found.regressed(0.0) == []


def test_what_differs_in_a_run_is_shown() -> None:
    old = summary(
        result(attempt(), answer="one\ntwo\nthree", tools=(tool(),)),
        result(number=2, answer="same"),
    )
    new = summary(
        result(attempt(), answer="one\n2\nthree", outcome="failed", problem=problem()),
        result(number=2, answer="same"),
        result(number=3),
    )
    found = difference(old, new)
    (run,) = found.runs
    assert run.outcomes == ("ok", "failed")
    assert {"-two", "+2"} <= set(run.answer)
    assert run.tools == ("-add {} → 3",)
    assert found.same == 1
    assert found.only == ((), ("3",))
    assert found.errors == {"server": (0, 1)}
    text = "\n".join(difference_lines(found, NAMES, None))
    for words in ("1: ok → failed", "  -two", "  +2", "tool -add {} → 3", "only in new.json: 3"):
        assert words in text


def test_a_figure_that_became_worse_is_marked() -> None:
    found = difference(timed(*[0.5] * 9), timed(*[0.9] * 9))
    assert [change.figure for change in found.regressed(0.2)] == ["ttft"]
    (row,) = (line for line in difference_lines(found, NAMES, 0.2) if line.startswith("ttft"))
    assert row.endswith("WORSE")
    assert "+80.0%" in row


def test_what_was_not_measured_has_no_row() -> None:
    text = "\n".join(difference_lines(difference(timed(1.0), timed(1.0)), NAMES, None))
    assert "cost" not in text
    assert "ttft" in text
