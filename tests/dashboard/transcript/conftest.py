from collections.abc import AsyncIterator
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.dashboard.transcript.hosting import Host
from tui.dashboard.transcript import Transcript


@pytest.fixture
def columns() -> int:
    return 80


@pytest.fixture
async def pilot(columns: int) -> AsyncIterator[Pilot[Any]]:
    async with Host().run_test(size=(columns, 24)) as pilot:
        yield pilot


@pytest.fixture
def transcript(pilot: Pilot[Any]) -> Transcript:
    return pilot.app.query_one(Transcript)
