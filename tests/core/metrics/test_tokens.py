"""The estimate of tokens from deltas, and sums with unreported parts."""

from tui.core.metrics.figure import measured
from tui.core.metrics.tokens import Tokens, Usage, estimate


def test_a_stream_of_short_deltas_has_one_token_per_delta() -> None:
    assert estimate(100, 430) == 100


def test_a_stream_of_long_deltas_has_a_token_per_four_bytes() -> None:
    assert estimate(10, 4000) == 1000


def test_no_deltas_are_no_tokens() -> None:
    assert estimate(0, 0) == 0


def test_a_sum_is_measured_only_if_every_attempt_reported_it() -> None:
    one = Tokens().plus(Usage(input=5, output=7), 7)
    assert one.figures().output.quality == "measured"
    two = one.plus(Usage(input=5), 3)
    assert two.figures().output.quality == "estimated"
    assert two.figures().output.value == 10
    assert two.figures().input.quality == "measured"


def test_tokens_written_into_the_cache_are_summed() -> None:
    two = Tokens().plus(Usage(input=5, cache_write=3), 1).plus(Usage(input=5, cache_write=4), 1)
    assert two.figures().cache_write == measured(7)


def test_a_sum_that_no_attempt_reported_is_unavailable() -> None:
    sums = Tokens().plus(Usage(), 0).figures()
    figures = (sums.input, sums.output, sums.cached, sums.reasoning, sums.cost)
    assert {figure.quality for figure in figures} == {"unavailable"}
