"""The shortcuts of the random sequences in the client: without them, the same is sent and read."""

import pytest
from agents.models.fake_id import FAKE_RESPONSES_ID

from tests.support.provider import Answer, FailAfter, ToolCall, Wire
from tests.worker.conftest import StartProvider
from tests.worker.driver import WorkerProcess
from tests.worker.sequences.client_shortcuts import KINDS
from tests.worker.sequences.names import NOTES, PLACEHOLDER
from tui.protocol.events import Delta, UsageReported

CREW = "tests.worker.sequences.agents"
NOTE, ASK = ToolCall("note", {"token": "t1"}), ToolCall("ask_helper", {"input": "t2"})
STEPS = (
    Answer(deltas=["so", " far"], reasoning=["let me", " see"], tool_calls=[NOTE, ASK]),
    Answer("the helper", wire=Wire(sparse=True)),
    Answer(deltas=["cut ", "off"], fault=FailAfter(1)),
    Answer(deltas=["and", " done"], wire=Wire(crlf=True, gzip=True)),
    Answer(refusal="I would rather not"),
)


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_the_same_is_sent_and_the_same_is_read(
    api: str, provide: StartProvider, tmp_path: object
) -> None:
    read, sent = [], []
    for agent in ("captain", "crew"):
        provider = provide(*STEPS)
        with WorkerProcess(
            env={NOTES: f"{tmp_path}/{agent}"},
            agent=f"{CREW}:{agent}",
            base_url=provider.base_url,
            model="test-model",
            api=api,
            backoff_base=0.001,
        ) as worker:
            worker.loaded()
            worker.say("one")
            worker.say("two")
        sent.append([request.body for request in provider.requests])
        deltas = [(type(event), event.text) for event in worker.events if isinstance(event, Delta)]
        read.append((worker.history(), deltas, len(worker.all(UsageReported))))
    assert len(sent[0]) == len(STEPS)
    assert sent[0] == sent[1]
    assert read[0] == read[1]


def test_every_kind_of_event_has_its_name() -> None:
    assert KINDS["response.completed"].__name__ == "ResponseCompletedEvent"


def test_the_placeholder_is_the_sdks() -> None:
    assert PLACEHOLDER == FAKE_RESPONSES_ID
