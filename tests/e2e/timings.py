"""llama.cpp's own measurements: the ``timings`` at the end of an answer."""

from typing import NamedTuple

from tests.support.provider.recording import Recording


class Timings(NamedTuple):
    """``rate`` in tokens per second after the first, as llama.cpp counts it."""

    read: int
    """Tokens of the prompt, including those from the cache."""
    written: int
    rate: float


def timings_of(recording: Recording) -> Timings:
    """The timings of an answer; KeyError when it has none."""
    found = [event.data["timings"] for event in recording.events if "timings" in event.data]
    if not found:
        raise KeyError("timings")
    timings = found[-1]
    assert isinstance(timings, dict)
    return Timings(
        read=int(timings["prompt_n"]) + int(timings["cache_n"]),
        written=int(timings["predicted_n"]),
        rate=float(timings["predicted_per_second"]),
    )
