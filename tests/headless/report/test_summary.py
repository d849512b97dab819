"""The summary of a batch."""

from tests.headless.report.results import attempt, problem, result, summary, timed, tool


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
