"""Fixtures that several test modules share."""

from collections.abc import Generator, Iterator
from contextlib import ExitStack, nullcontext

import pytest
from hypothesis import HealthCheck, settings

from tests.support.provider import Provide, Provider
from tests.support.warm import WarmProcess, WarmWorkers, warm_workers

# Examples are slow on a busy machine; one that hangs is ended by the time-out of its test.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, int, int]:
    """Start the process that forks workers, once for all processes of the run."""
    with nullcontext() if hasattr(config, "workerinput") else WarmProcess():
        return (yield)


@pytest.fixture(scope="session", name="warm_workers")
def _warm_workers() -> WarmWorkers:
    """The source of the workers of dashboards whose test is not about the worker's process."""
    return warm_workers()


@pytest.fixture
def provide() -> Iterator[Provide]:
    """A function that starts a ``Provider`` with the given steps; it stops after the test."""
    with ExitStack() as running:

        def start(*steps: object, **options: object) -> Provider:
            return running.enter_context(Provider(*steps, **options))  # type: ignore[arg-type]

        yield start
