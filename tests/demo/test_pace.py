from itertools import pairwise
from random import Random

from agents import ModelSettings, ModelTracing

from tests.demo.table import Turn
from tui.demo.scripted_model import ScriptedModel
from tui.demo.token_pace import TOKENS_PER_SECOND, Pace, StreamPace


class FakeTime:
    """A clock that moves only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds


def paced(seed: int) -> tuple[FakeTime, Pace]:
    time = FakeTime()
    return time, Pace(sleep=time.sleep, clock=time.clock, random=Random(seed))


async def streamed(prompt: str, seed: int, time: FakeTime, pace: Pace) -> list[tuple[float, str]]:
    """Return the time of each event, in seconds from the start, and its type."""
    model = ScriptedModel("storyteller", seed=seed, pace=pace)
    start = time.now
    turn = Turn()
    times = []
    async for event in model.stream_response(
        None, prompt, ModelSettings(), [], None, [], ModelTracing.DISABLED,
        previous_response_id=None, conversation_id=None, prompt=None,
    ):  # fmt: skip
        times.append(time.now - start)
        turn.events.append(event)
    return list(zip(times, turn.kinds, strict=True))


async def test_a_tale_streams_at_the_pace_of_a_real_model() -> None:
    for seed in range(20):
        time, pace = paced(seed)
        times = [at for at, kind in await streamed("a story", seed, time, pace) if "delta" in kind]
        rate = (len(times) - 1) / (times[-1] - times[0])
        slowest, fastest = TOKENS_PER_SECOND
        assert 0.25 <= times[0] <= 0.7
        assert slowest * 0.85 <= rate <= fastest * 1.15


async def test_gaps_between_tokens_vary_as_they_do_on_a_network() -> None:
    time, pace = paced(3)

    times = [at for at, kind in await streamed("a story", 3, time, pace) if "delta" in kind]

    gaps = sorted(b - a for a, b in pairwise(times))
    assert gaps[len(gaps) // 10] < gaps[len(gaps) // 2] / 1.5
    assert gaps[-len(gaps) // 20] > gaps[len(gaps) // 2] * 1.5


async def test_a_late_wake_up_does_not_lower_the_rate() -> None:
    class Late(FakeTime):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds + 0.003 if seconds else 0.0)

    time = Late()
    pace = Pace(sleep=time.sleep, clock=time.clock, random=Random(1))
    times = [at for at, kind in await streamed("a story", 1, time, pace) if "delta" in kind]
    even_time, even = paced(1)
    expected = [at for at, kind in await streamed("a story", 1, even_time, even) if "delta" in kind]

    assert times[-1] - times[0] < (expected[-1] - expected[0]) + 0.1


async def test_the_response_begins_before_the_first_token() -> None:
    time, pace = paced(5)

    events = await streamed("hello", 5, time, pace)

    (at, kind), first_delta = events[0], next(at for at, kind in events if "delta" in kind)
    assert kind == "response.created"
    assert at < first_delta - 0.2


async def test_tokens_after_a_silence_are_not_faster() -> None:
    time, pace = paced(2)
    stream = StreamPace(pace)
    await stream.silence(20.0)

    before = time.now
    for _ in range(50):
        await stream.token()

    assert time.now - before > 50 / TOKENS_PER_SECOND[1] / 2
