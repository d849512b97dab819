"""Esc while a real model answers."""

import json
from pathlib import Path

import pytest

from tests.e2e.recorded_turns import dashboard
from tests.e2e.screen import pane_text
from tests.support.provider.proxy import RecordingProxy

pytestmark = pytest.mark.e2e

WORDS = 5


def has_words(proxy: RecordingProxy, number: int, count: int) -> bool:
    return len(proxy.recordings) > number and len(proxy.recordings[number].text.split()) > count


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_escape_ends_the_answer_at_the_server_and_the_conversation_continues(
    proxy: RecordingProxy, tmp_path: Path, api: str
) -> None:
    with dashboard("novelist", api, proxy, tmp_path) as terminal:
        terminal.type("Write a novel about a lighthouse.\n")
        proxy.wait_until(lambda: has_words(proxy, 0, WORDS))
        first = proxy.recordings[0]
        said = " ".join(first.text.split()[:WORDS])
        terminal.wait_for(lambda screen: said in pane_text(screen, "chat"))
        terminal.press("escape")
        terminal.wait_for("── cancelled")
        proxy.wait_until(lambda: first.finished_at is not None)
        assert first.client_left
        assert first.usage is None
        assert said in pane_text(terminal.screen, "chat")

        # The server handles one request at a time: it answers since it has stopped the first one.
        terminal.type("And now about a whale.\n")
        proxy.wait_until(lambda: has_words(proxy, 1, WORDS))
        sent = json.dumps(proxy.recordings[1].request)
        assert sent.count("Write a novel about a lighthouse.") == 1
        assert said in sent
        assert "interrupted" in sent
