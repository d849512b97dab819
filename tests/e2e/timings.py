"""What llama.cpp says about its own work: the ``timings`` at the end of an answer."""

from typing import NamedTuple

from tests.support.provider.recording import Recording


class Timings(NamedTuple):
    """``rate`` in tokens per second after the first, as llama.cpp counts it."""

    read: int
    """Tokens of the prompt, whether from its cache or not."""
    written: int
    rate: float


def timings_of(recording: Recording) -> Timings:
    """KeyError when the answer holds none."""
    told = [event.data["timings"] for event in recording.events if "timings" in event.data]
    if not told:
        raise KeyError("timings")
    timings = told[-1]
    assert isinstance(timings, dict)
    return Timings(
        read=int(timings["prompt_n"]) + int(timings["cache_n"]),
        written=int(timings["predicted_n"]),
        rate=float(timings["predicted_per_second"]),
    )
