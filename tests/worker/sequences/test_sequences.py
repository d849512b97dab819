"""Random turns, faults, cancels, retries and deaths: every request is valid, no word is lost."""

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.support.provider import Provider
from tests.worker.driver import WorkerProcess
from tests.worker.sequences.names import HOLD, NOTES
from tests.worker.sequences.plan import Plan, described, plan_of
from tests.worker.sequences.player import Player, Script
from tui.protocol.worker_settings import RunData

SEQUENCES = int(os.environ.get("STREAMTUI_SEQUENCES", "40"))
"""In all; `make sequences` plays more."""
FIRST = int(os.environ.get("STREAMTUI_FIRST_SEQUENCE", "0"))
VARIANTS = [(api, mode) for mode in ("continue", "restart") for api in ("responses", "chat")]
EACH = -(-SEQUENCES // len(VARIANTS))
CREWS = {"responses": "handy_crew", "chat": "crew"}
CHUNK = 25
"""Sequences that share a provider and, while it lives, a worker."""


@contextmanager
def player(api: str, mode: str, *, hurried: bool) -> Iterator[Player]:
    """With ``hurried`` each turn has a deadline."""
    script = Script()
    with (
        tempfile.TemporaryDirectory() as folder,
        Provider(route=script.next_step, strict=True) as provider,
        (Path(folder) / "held").open("wb") as held,
    ):
        notes = Path(folder) / "notes"

        def start(life: ExitStack) -> WorkerProcess:
            worker = WorkerProcess(
                env={NOTES: str(notes), HOLD: held.name},
                agent=f"tests.worker.sequences.agents:{CREWS[api]}",
                base_url=provider.base_url,
                model="test-model",
                api=api,
                retry_mode=mode,
                first_event_timeout=0.2,
                idle_timeout=0.1,
                turn_timeout=0.15 if hurried else None,
                max_retries=2,
                backoff_base=0.001,
                run=RunData(max_turns=4),
            )
            life.enter_context(worker).loaded()
            return worker

        with Player(
            start, provider.requests, script, notes, held, restarts=mode == "restart"
        ) as playing:
            yield playing


def play(numbers: range, api: str, mode: str) -> tuple[Counter[str], str]:
    """What was seen, and what was wrong: the plan that showed it, and the smallest such plan."""
    hurried = numbers.start // CHUNK % 4 == 3
    with player(api, mode, hurried=hurried) as playing:
        for number in numbers:
            seed = f"{api} {mode} {number}"
            plan = plan_of(seed)
            if findings := playing.play(plan):
                trace = list(playing.trace)
                small = shrunk(plan, lambda part: replay(part, api, mode, hurried=hurried))
                parts = [
                    seed,
                    *findings,
                    *trace,
                    described(plan),
                    "shows again with:",
                    described(small),
                ]
                return Counter(), "\n".join(parts)
        return playing.seen + playing.script.acted, ""


def replay(plan: Plan, api: str, mode: str, *, hurried: bool) -> bool:
    with player(api, mode, hurried=hurried) as playing:
        return bool(playing.play(plan))


def shrunk(plan: Plan, fails: Callable[[Plan], bool]) -> Plan:
    """Leave out one action after the other while something is still wrong."""
    for index in reversed(range(len(plan))):
        part = plan[:index] + plan[index + 1 :]
        if fails(part):
            plan = part
    return plan


@pytest.mark.parametrize("first", range(FIRST, FIRST + EACH, CHUNK))
@pytest.mark.parametrize(("api", "mode"), VARIANTS)
def test_no_request_is_invalid_no_word_is_lost_and_no_tool_runs_twice(
    api: str, mode: str, first: int, record_property: Callable[[str, object], None]
) -> None:
    seen, findings = play(range(first, min(first + CHUNK, FIRST + EACH)), api, mode)
    assert not findings, findings
    assert seen.keys() >= {"RunFinished"}
    if first + CHUNK <= FIRST + EACH:
        assert seen.keys() >= {"ok", "ToolFinished"}
    record_property("seen", dict(seen))
