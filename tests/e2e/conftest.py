"""One model server for all tests, and a proxy for each."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.model_server import ModelServer
from tests.e2e.recorded_turns import Conversation, talk
from tests.support.provider.proxy import RecordingProxy

PROMPTS = ["Tell me about the sea.", "What do whales eat?"]


@pytest.fixture(scope="session")
def model() -> Iterator[ModelServer]:
    gguf = os.environ.get("STREAMTUI_TEST_MODEL")
    if gguf is None:
        pytest.skip("needs a language model: make e2e")
    with ModelServer(Path(gguf)) as server:
        yield server


@pytest.fixture
def proxy(model: ModelServer) -> Iterator[RecordingProxy]:
    with RecordingProxy(model.base_url) as proxy:
        yield proxy


@pytest.fixture(scope="module", params=["responses", "chat"])
def conversation(
    request: pytest.FixtureRequest, model: ModelServer, tmp_path_factory: pytest.TempPathFactory
) -> Conversation:
    """Two turns, with their screens and recordings."""
    home = tmp_path_factory.mktemp("home")
    with RecordingProxy(model.base_url) as proxy:
        return talk(request.param, PROMPTS, proxy, home)
