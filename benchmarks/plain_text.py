"""A provider's script: one answer of COUNT plain deltas, at full speed or paced."""

import os

from tests.support.provider import Answer
from tests.support.provider.request import RequestRecord

COUNT = int(os.environ.get("BENCH_DELTAS", "20000"))
RATE = float(os.environ.get("BENCH_RATE", "0"))
WORDS = (
    "the",
    "old",
    "bridge",
    "over",
    "a",
    "quiet",
    "river",
    "holds",
    "more",
    "than",
    "it",
    "did",
)


def deltas(count: int, last: str) -> list[str]:
    """Words, a line break now and then, and a last one that stands nowhere else."""
    pieces = [
        WORDS[number % len(WORDS)] + (".\n\n" if number % 120 == 119 else " ")
        for number in range(count - 1)
    ]
    return [*pieces, last]


def ROUTE(request: RequestRecord) -> Answer:  # noqa: N802 - the provider's name for it
    """Asked for LAST7, the last word is DONE7: it stands nowhere before."""
    last = request.last_user_text.replace("LAST", "DONE")
    return Answer(deltas=deltas(COUNT, last), pace=1 / RATE if RATE else 0)
