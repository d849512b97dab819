"""The summary of a batch."""

import csv

from msgspec import structs

from tests.headless.report.results import attempt, problem, result, summary, timed, tool
from tui.core.metrics.figure import estimated, measured
from tui.headless.report.csv_table import csv_table
from tui.headless.report.difference import difference, difference_lines
from tui.headless.report.figure_line import summary_lines
from tui.headless.report.gates import parsed_gate, verdict_on


def test_only_attempts_that_ended_well_have_times() -> None:
    failed = attempt(9.0, outcome="error", kind="server")
    found = summary(result(failed, attempt(0.5)), result(attempt(1.5), number=2))
    assert found.metrics["ttft"].n == 2
    assert found.metrics["ttft"].max == 1.5
    assert (found.attempts.n, found.attempts.failed) == (3, 1)
    assert found.totals.error_rate == 1 / 3
    assert found.totals.recoveries == 1
    assert found.errors == {"server": 1}


def test_an_error_of_an_attempt_that_ends_the_run_counts_once() -> None:
    failed = attempt(outcome="error", kind="auth")
    lost = result(number=2, outcome="failed", problem=problem("worker"))
    found = summary(result(failed, outcome="failed", problem=problem("auth")), lost)
    assert found.errors == {"auth": 1, "worker": 1}
    assert found.totals.run_error_rate == 1.0


def test_goodput_counts_attempts_within_the_limits() -> None:
    found = summary(result(attempt(0.5), attempt(5.0), attempt(rate=1.0), attempt(1.9)))
    assert found.totals.goodput == 0.5


def test_real_answers_stay_apart_from_scripted_ones() -> None:
    mixed = summary(result(attempt(0.5), attempt(9.0, scripted=True)))
    assert not mixed.scripted
    assert mixed.metrics["ttft"].max == 0.5
    scripted = summary(result(attempt(9.0, scripted=True)))
    assert scripted.scripted
    assert scripted.metrics["ttft"].max == 9.0


def test_models_agents_and_tools_have_parts_of_their_own() -> None:
    found = summary(
        result(
            attempt(model="a"),
            attempt(model="b", agent="B"),
            tools=(tool(), tool(None, "rejected")),
        )
    )
    assert {name: part.attempts.n for name, part in found.by_model.items()} == {"a": 1, "b": 1}
    assert set(found.by_agent) == {"A", "B"}
    assert found.by_tool["add"].states == {"ok": 1, "rejected": 1}
    assert found.by_tool["add"].seconds.n == 1


def test_what_was_not_measured_is_unknown() -> None:
    found = summary(seconds=0.0)
    totals = found.totals
    assert (totals.error_rate, totals.goodput, totals.cost, totals.runs_per_second) == (None,) * 4
    assert found.metrics["ttft"].p50 is None
    assert timed(1.0).totals.cost is None


def test_one_estimate_makes_a_figure_an_estimate_everywhere() -> None:
    counted = result(attempt(rate=40.0, output=measured(10), cost=measured(0.1)))
    guessed = structs.replace(attempt(output=estimated(12)), rate=estimated(44.0))
    mixed = summary(counted, result(guessed, number=2))
    assert mixed.metrics["tok/s"].quality == "estimated"
    assert mixed.metrics["ttft"].quality == "measured"
    assert mixed.by_model["m"].metrics["output"].quality == "estimated"
    assert mixed.totals.estimated == ("output_per_second", "cost")
    assert [run.estimated for run in mixed.results] == [(), ("tok/s", "output")]
    lines = {line.split()[0]: line.split() for line in summary_lines(mixed) if line.strip()}
    assert lines["tok/s"] == ["tok/s", "2", "~42.0", "~43.8", "~44.0"]
    assert "cost ~$0.1000" in "\n".join(summary_lines(mixed))
    assert [row["estimated"] for row in csv.DictReader(csv_table(mixed).splitlines())] == [
        "", "tok/s output",
    ]  # fmt: skip

    def estimated_by(gate: str) -> bool:
        return verdict_on(parsed_gate(gate), mixed).estimated

    assert estimated_by("tok/s p50 > 10")
    assert estimated_by("total_cost < $1")
    assert not estimated_by("ttft p50 < 2s")
    assert not estimated_by("tok/s n > 1")
    words = difference_lines(difference(summary(counted), mixed), ("a", "b"), None)
    row = next(line.split() for line in words if line.startswith("tok/s"))
    assert row[:5] == ["tok/s", "40", "~42", "40", "~43.8"]
    assert summary(counted).metrics["tok/s"].quality == "measured"
    assert "~" not in "\n".join(summary_lines(summary(counted)))
