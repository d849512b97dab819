"""The figures of long answers, compared with a proxy's recording and llama.cpp's own timings.

The bar is 3 % or 5 ms for the median of several answers, since one may be an outlier.
"""

from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

import pytest

from tests.e2e.model_server import ModelServer
from tests.e2e.recorded_turns import talk
from tests.e2e.timings import Timings, timings_of
from tests.support.provider.proxy import RecordingProxy
from tests.support.provider.recording import tpot, ttft
from tui.core.metrics import AttemptFigures

pytestmark = pytest.mark.e2e

SHARE, SECONDS = 0.03, 0.005
PROMPTS = ["Tell me about the sea.", "What do whales eat?", "Who keeps the lighthouse?"]


class Answer(NamedTuple):
    """One answer, as measured by streamtui, the proxy and the server."""

    ours: AttemptFigures
    ttft: float
    tpot: float
    server: Timings


@pytest.fixture(scope="module", params=["responses", "chat"])
def answers(
    request: pytest.FixtureRequest, model: ModelServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Answer]]:
    home = tmp_path_factory.mktemp("home")
    with RecordingProxy(model.base_url) as proxy:
        conversation = talk(request.param, PROMPTS, proxy, home, agent="reporter")
    seen = []
    for turn in conversation.turns:
        first, per_token = ttft(turn.recording), tpot(turn.recording)
        assert turn.figures is not None
        assert turn.figures.attempt is not None
        assert first is not None
        assert per_token is not None
        seen.append(Answer(turn.figures.attempt, first, per_token, timings_of(turn.recording)))
    yield seen
    print(f"\n{request.param}: streamtui, reference")
    for answer in seen:
        ours, server = answer.ours, answer.server
        print(f"  TTFT {ours.ttft.value:.4f} {answer.ttft:.4f} s"
              f"  TPOT {ours.tpot.value * 1e3:.3f} {answer.tpot * 1e3:.3f} ms"
              f"  tok/s {ours.rate.value:.2f} {server.rate:.2f} (llama.cpp)"
              f"  tokens {ours.output.value:.0f} {server.written}")  # fmt: skip


def median_error(pairs: Iterator[tuple[float, float]]) -> float:
    """The median relative error."""
    return median(abs(ours - theirs) / theirs for ours, theirs in pairs)


def test_the_time_to_first_token_agrees_with_the_proxy(answers: list[Answer]) -> None:
    apart = median(abs(answer.ours.ttft.value - answer.ttft) for answer in answers)
    assert apart <= max(SECONDS, SHARE * median(answer.ttft for answer in answers))


def test_the_time_per_token_agrees_with_the_proxy(answers: list[Answer]) -> None:
    assert median_error((answer.ours.tpot.value, answer.tpot) for answer in answers) <= SHARE


def test_the_decode_rate_agrees_with_the_server(answers: list[Answer]) -> None:
    assert median_error((answer.ours.rate.value, answer.server.rate) for answer in answers) <= SHARE


def test_token_counts_agree_with_the_server(answers: list[Answer]) -> None:
    for answer in answers:
        assert answer.server.written >= 100
        counted = (answer.ours.input.value, answer.ours.output.value)
        assert counted == (answer.server.read, answer.server.written)
