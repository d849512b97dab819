"""Random days at the desk: no request is invalid, and nothing that was said is lost."""

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from pathlib import Path
from random import Random

import pytest

from tests.support.provider import Answer, Provider, Step
from tests.support.provider.request import RequestRecord
from tests.worker.driver import WorkerProcess
from tests.worker.sequences.desk import Desk
from tests.worker.sequences.names import HOLD, NOTES
from tests.worker.sequences.plan import TOOLS, random_step
from tui.protocol.worker_settings import RunData

SEQUENCES = int(os.environ.get("STREAMTUI_SEQUENCES", "24"))
"""In all; `make days` plays more."""
FIRST = int(os.environ.get("STREAMTUI_FIRST_SEQUENCE", "0"))
APIS = ["responses", "chat"]
EACH = -(-SEQUENCES // len(APIS))
CHUNK = 20
"""Sequences that share a provider and, while it lives, a worker."""


class Script:
    """Random answers, half of them without a fault."""

    def __init__(self, api: str) -> None:
        self._api = api
        self.seed("")

    def seed(self, seed: str) -> None:
        self._random, self._numbers = Random(f"answers {seed}"), count(1)

    def next_step(self, request: RequestRecord) -> Step:
        request.body.pop("tools", None)
        if self._random.random() < 0.5:
            words = [f" w{next(self._numbers)}" for _ in range(self._random.randint(1, 4))]
            return Answer(deltas=words, pace=self._random.choice([0, 0, 0.002]))
        return random_step(self._random, self._numbers, TOOLS, self._api)


@contextmanager
def desk(api: str) -> Iterator[tuple[Desk, Script]]:
    script = Script(api)
    with (
        tempfile.TemporaryDirectory() as folder,
        Provider(route=script.next_step, strict=True) as provider,
        (Path(folder) / "held").open("wb") as held,
    ):

        def start(life: ExitStack) -> WorkerProcess:
            worker = WorkerProcess(
                env={NOTES: str(Path(folder) / "notes"), HOLD: held.name},
                agent="tests.worker.sequences.agents:crew",
                base_url=provider.base_url,
                model="test-model",
                api=api,
                first_event_timeout=0.2,
                idle_timeout=0.1,
                max_retries=1,
                backoff_base=0.001,
                run=RunData(max_turns=3),
            )
            life.enter_context(worker).loaded()
            return worker

        with closing(Desk(start, provider.requests)) as playing:
            yield playing, script


def play(numbers: range, api: str) -> tuple[Counter[str], str]:
    """What was seen, and what was wrong."""
    with desk(api) as (playing, script):
        for number in numbers:
            seed = f"{api} {number}"
            script.seed(seed)
            if findings := playing.play(seed):
                return Counter(), "\n".join([seed, *findings, *playing.trace])
        return playing.seen, ""


@pytest.mark.parametrize("first", range(FIRST, FIRST + EACH, CHUNK))
@pytest.mark.parametrize("api", APIS)
def test_no_request_is_invalid_and_nothing_that_was_said_is_lost(
    api: str, first: int, record_property: Callable[[str, object], None]
) -> None:
    seen, findings = play(range(first, min(first + CHUNK, FIRST + EACH)), api)
    assert not findings, findings
    if first + CHUNK <= FIRST + EACH:
        assert seen.keys() >= {"ok", "attach", "steer", "undo"}, seen
    record_property("seen", dict(seen))
