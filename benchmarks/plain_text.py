"""A provider's script: one answer of COUNT plain deltas, again and again, at full speed or paced."""

import os

from tests.provider import Answer

COUNT = int(os.environ.get("BENCH_DELTAS", "20000"))
RATE = float(os.environ.get("BENCH_RATE", "0"))
WORDS = ("the", "old", "bridge", "over", "a", "quiet", "river", "holds", "more", "than", "it", "did")


def deltas(count: int) -> list[str]:
    """Words, a line break now and then, and a last one that is easy to see."""
    pieces = [
        f"{WORDS[number % len(WORDS)]}{'.\n\n' if number % 120 == 119 else ' '}"
        for number in range(count - 1)
    ]
    return [*pieces, "LASTWORD"]


STEPS = [Answer(deltas=deltas(COUNT), pace=1 / RATE if RATE else 0)]
REPEAT = True
