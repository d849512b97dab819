"""Fixtures that several test modules share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.provider import Provider


@pytest.fixture
def provide() -> Iterator[Callable[..., Provider]]:
    """Start a ``Provider`` with the given script; it ends with the test."""
    with ExitStack() as running:

        def start(*steps: object, **options: object) -> Provider:
            return running.enter_context(Provider(*steps, **options))  # type: ignore[arg-type]

        yield start
