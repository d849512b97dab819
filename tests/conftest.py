"""Fixtures that several test modules share."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, nullcontext

import pytest
from hypothesis import HealthCheck, settings

from tests.support.provider import Provider
from tests.support.warm import WarmProcess, WarmWorkers, warm_workers

# What is slow on a busy machine is no finding: an example that hangs ends with its test.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, int, int]:
    """Have workers forked for the whole run, by whichever of its processes they are asked for."""
    with nullcontext() if hasattr(config, "workerinput") else WarmProcess():
        return (yield)


@pytest.fixture(scope="session", name="warm_workers")
def _warm_workers() -> WarmWorkers:
    """Where dashboards get their workers from, unless the test is about the worker's process."""
    return warm_workers()


@pytest.fixture
def provide() -> Iterator[Callable[..., Provider]]:
    """Start a ``Provider`` with the given script; it ends with the test."""
    with ExitStack() as running:

        def start(*steps: object, **options: object) -> Provider:
            return running.enter_context(Provider(*steps, **options))  # type: ignore[arg-type]

        yield start
