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
    """Words with a line break now and then, and a unique last word."""
    pieces = [
        WORDS[number % len(WORDS)] + (".\n\n" if number % 120 == 119 else " ")
        for number in range(count - 1)
    ]
    return [*pieces, last]


def ROUTE(request: RequestRecord) -> Answer:  # noqa: N802 - the provider's name for it
    """The prompt LAST7 gets an answer that ends with DONE7, which is nowhere else on the screen."""
    last = request.last_user_text.replace("LAST", "DONE")
    return Answer(deltas=deltas(COUNT, last), pace=1 / RATE if RATE else 0)
