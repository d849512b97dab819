"""Fixtures that several test modules share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings

from tests.provider import Provider
from tests.warm import WarmWorkers

# What is slow on a busy machine is no finding: an example that hangs ends with its test.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture(scope="session")
def warm_workers() -> Iterator[WarmWorkers]:
    """Where dashboards get their workers from, unless the test is about the worker's process."""
    workers = WarmWorkers()
    yield workers
    workers.close()


@pytest.fixture
def provide() -> Iterator[Callable[..., Provider]]:
    """Start a ``Provider`` with the given script; it ends with the test."""
    with ExitStack() as running:

        def start(*steps: object, **options: object) -> Provider:
            return running.enter_context(Provider(*steps, **options))  # type: ignore[arg-type]

        yield start
