"""Gates: what can be written, and what they decide."""

import pytest

from tests.headless.report.results import attempt, result, summary, timed, tool
from tui.headless.report.gates import GateError, goodput_limits, parsed_gate, verdict_on


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("ttft p95 < 2s", 2.0),
        ("ttft p95<2", 2.0),
        ("  e2e   mean <=  250 ms", 0.25),
        ("error_rate < 5%", 0.05),
        ("error_rate <= 0.05", 0.05),
        ("tok/s p50 > 10", 10.0),
        ("total_cost < $0.50", 0.5),
        ("cost p99 < 0.01", 0.01),
        ("output max < 2k", 2000.0),
        ("tool:add p90 < 100ms", 0.1),
        ("ttft n >= 20", 20.0),
        ("ttft p99.9 < 2s", 2.0),
        ("goodput >= 1", 1.0),
    ],
)
def test_gates_that_can_be_written(text: str, limit: float) -> None:
    assert parsed_gate(text).limit == pytest.approx(limit)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not a gate"),
        ("ttft p95", "is not a gate"),
        ("ttft p95 == 2s", "is not a gate"),
        ("ttft p95 < 2s please", "is not a gate"),
        ("speed p95 < 2s", "unknown figure 'speed'"),
        ("ttft < 2s", "add a statistic to ttft"),
        ("ttft p101 < 2s", "'p101' is not one of"),
        ("ttft q42 < 2s", "'q42' is not one of"),
        ("error_rate < 5", "at most 100 %: did you mean 5%"),
        ("goodput > 950%", "at most 100 %"),
        ("error_rate p95 < 5%", "leave out 'p95'"),
        ("ttft p95 < 5%", "'%' does not fit ttft: write s, ms"),
        ("tok/s p50 > 10 s", "'s' does not fit tok/s"),
        ("retries < 2s", "write no unit"),
        ("ttft n > 2s", "write no unit"),
    ],
)
def test_what_is_wrong_with_a_gate_is_named(text: str, words: str) -> None:
    with pytest.raises(GateError, match=words):
        parsed_gate(text)


@pytest.mark.parametrize(
    ("text", "kept", "value"),
    [
        ("ttft p50 < 2s", True, 1.0),
        ("ttft max <= 3s", True, 3.0),
        ("ttft max < 3s", False, 3.0),
        ("ttft min > 600ms", False, 0.5),
        ("tok/s p50 >= 20", True, 20.0),
        ("ttft p75 < 2s", False, 2.0),
        ("ttft p0 < 1s", True, 0.5),
        ("error_rate < 1%", True, 0.0),
        ("runs_per_second > 1", True, 1.5),
    ],
)
def test_a_gate_is_kept_or_not(text: str, kept: bool, value: float) -> None:
    verdict = verdict_on(parsed_gate(text), timed(0.5, 1.0, 3.0))
    assert (verdict.kept, verdict.value) == (kept, value)


def test_a_gate_over_nothing_is_not_kept() -> None:
    for text in ("cost p50 < 1", "total_cost < 1", "tool:gone p50 < 1s", "e2e p50 < 1h"[:-1] + "s"):
        verdict = verdict_on(parsed_gate(text), timed(0.5))
        assert (verdict.kept, verdict.value) == (False, None)
        assert verdict.why


@pytest.mark.parametrize("stat", ["p99", "p99.9"])
def test_a_gate_on_the_highest_percentiles_needs_twenty_values(stat: str) -> None:
    gate = parsed_gate(f"ttft {stat} < 2s")
    few = verdict_on(gate, timed(*[0.5] * 19))
    assert (few.kept, few.value) == (False, None)
    assert few.why == f"{stat} needs 20 values, and there are only 19"
    enough = verdict_on(gate, timed(*[0.5] * 20))
    assert (enough.kept, enough.value) == (True, 0.5)
    assert verdict_on(gate, timed()).why == "nothing was measured"


def test_a_gate_on_a_tool() -> None:
    found = summary(result(attempt(), tools=(tool(0.1), tool(0.3))))
    assert verdict_on(parsed_gate("tool:add max < 400ms"), found).kept
    assert verdict_on(parsed_gate("tool:add p75 < 400ms"), found).value == pytest.approx(0.25)


def test_limits_of_good_answers() -> None:
    assert goodput_limits("ttft:2.0 tok/s:10") == {"ttft": 2.0, "tok/s": 10.0}
    assert goodput_limits("ttft:0.5") == {"ttft": 0.5}
    for text in ("", "ttft", "ttft:fast", "e2e:1", "ttft:-1"):
        with pytest.raises(GateError, match="ttft:SECONDS"):
            goodput_limits(text)
