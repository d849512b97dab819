import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.support.provider import Provider, Step
from tests.worker.driver import WorkerProcess

HERE = Path(__file__).parent
SAMPLES = "sample_agents.py"
FILES = {
    "plain": "plain_agent.py",
    "handy": "native_agents.py",
    "desk": "handoff_agents.py",
    "lingering": "native_agents.py",
    "bash": "native_agents.py",
    "hosted": "hosted_agents.py",
    "boss": "hosted_agents.py",
    "hooked": "hosted_agents.py",
    "contained": "hosted_agents.py",
    "programmer": "item_agents.py",
    "whole_plain": "item_agents.py",
    "whole_programmer": "item_agents.py",
    "searcher": "item_agents.py",
    "team": "item_agents.py",
    "painter": "picture_agents.py",
    "looker": "picture_agents.py",
    "pilot": "client_tool_agents.py",
    "front_desk": "client_tool_agents.py",
    "traced": "native_agents.py",
    "traced_elsewhere": "native_agents.py",
}
"""Agents that do not need the tools of the samples, whose schemas take time to create."""

StartWorker = Callable[..., WorkerProcess]
StartProvider = Callable[..., Provider]


@pytest.fixture(params=["responses", "chat"])
def api(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def provide(stack: ExitStack) -> StartProvider:
    """Start a provider with these steps; it refuses invalid conversations."""

    def start(*steps: Step, strict: bool = True, **options: object) -> Provider:
        return stack.enter_context(Provider(*steps, strict=strict, **options))  # type: ignore[arg-type]

    return start


@pytest.fixture
def work(stack: ExitStack) -> StartWorker:
    """Start a worker with one of the sample agents and wait until it is ready."""

    def start(
        agent: str,
        provider: Provider | None = None,
        *,
        ready: bool = True,
        file: str | None = None,
        **settings: object,
    ) -> WorkerProcess:
        if provider is not None:
            settings = {"base_url": provider.base_url, **settings}
        settings = {"model": "test-model", "cwd": HERE, **settings}
        reference = f"{file or FILES.get(agent, SAMPLES)}:{agent}"
        worker = stack.enter_context(WorkerProcess(agent=reference, **settings))  # type: ignore[arg-type]
        if ready:
            worker.loaded()
        return worker

    return start


class ToolGate:
    """A pipe that a tool reads a line from; it can be opened before the tool reads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)
        self._fd = os.open(path, os.O_RDWR)

    def open(self) -> None:
        os.write(self._fd, b"opened\n")

    def close(self) -> None:
        os.close(self._fd)


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[ToolGate]:
    """A gate that a tool waits at until the test opens it."""
    with closing(ToolGate(tmp_path / "gate")) as gate:
        yield gate
