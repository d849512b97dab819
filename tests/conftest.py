"""Fixtures that several test modules share."""

import os
import signal
from collections.abc import Generator, Iterator
from contextlib import ExitStack, nullcontext

import pytest
from hypothesis import HealthCheck, settings

from tests.support.provider import Provide, Provider
from tests.support.warm import WarmProcess, WarmWorkers, warm_workers

# Examples are slow on a busy machine; one that hangs is ended by the time-out of its test.
# CI tries the same examples each time: a new one is found by who develops, not by who lands.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("steady"), derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, int, int]:
    """Start the process that forks workers, once for all processes of the run."""
    _heed_signals()
    with nullcontext() if hasattr(config, "workerinput") else WarmProcess():
        return (yield)


def _heed_signals() -> None:
    """A shell that starts the tests in the background lets them ignore signals, which the programs
    under test would inherit; one that the tests catch is back at its default there."""
    for number, handler in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGHUP, signal.SIG_DFL),
    ):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, handler)


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
