"""A worker with the agent that asks for two things at once, and a server that speaks a dialect."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.dialects.turn import Turn
from tests.support.provider import Page, Provider
from tests.worker.driver import WorkerProcess

HERE = Path(__file__).parent

Speak = Callable[[Turn, int], str]
Converse = Callable[..., tuple[WorkerProcess, Provider]]


@pytest.fixture
def converse() -> Iterator[Converse]:
    """Start a worker and a server that answers with these turns, one for each request."""
    with ExitStack() as running:

        def start(speak: Speak, api: str, *turns: Turn) -> tuple[WorkerProcess, Provider]:
            pages = [Page(speak(turn, at), "text/event-stream") for at, turn in enumerate(turns)]
            provider = running.enter_context(Provider(*pages, strict=True))
            worker = running.enter_context(
                WorkerProcess(
                    agent="dialect_agent.py:agent",
                    cwd=HERE,
                    model="test-model",
                    api=api,
                    base_url=provider.base_url,
                    backoff_base=0.01,
                )
            )
            worker.loaded()
            return worker, provider

        yield start
