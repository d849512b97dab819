"""The SDK's websocket transport of the Responses API, against a server on loopback."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from agents.models.openai_responses import ResponsesWebSocketError
from websockets.sync.server import Server, ServerConnection, serve

from tests.worker.driver import WorkerProcess
from tui.protocol.events import (
    AttemptConnected,
    AttemptFailed,
    AttemptStarted,
    ConnectionPhases,
    RequestBegan,
    TextDelta,
    UsageReported,
)
from tui.worker.failures.classify import attempt_problem

SOURCE = """
from agents import Agent, set_default_openai_responses_transport
set_default_openai_responses_transport('websocket')
agent = Agent(name='Mine')
"""
USAGE = {
    "input_tokens": 3, "output_tokens": 2, "total_tokens": 5,
    "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0},
}  # fmt: skip
PART = {"item_id": "m", "output_index": 0, "content_index": 0}


def response(number: int, status: str, output: list[Any]) -> dict[str, Any]:
    return {
        "id": f"resp_{number}", "object": "response", "created_at": 0, "model": "m",
        "status": status, "output": output, "parallel_tool_calls": True, "tool_choice": "auto",
        "tools": [], "usage": USAGE if output else None,
    }  # fmt: skip


def answer(number: int) -> Iterator[dict[str, Any]]:
    text = {"type": "output_text", "text": "Hello.", "annotations": []}
    message = {"type": "message", "id": "m", "role": "assistant", "status": "completed"}
    yield {"type": "response.created", "response": response(number, "in_progress", [])}
    added = {**message, "status": "in_progress", "content": []}
    yield {"type": "response.output_item.added", "output_index": 0, "item": added}
    for delta in ("Hel", "lo."):
        yield {"type": "response.output_text.delta", **PART, "delta": delta, "logprobs": []}
    yield {"type": "response.output_text.done", **PART, "text": "Hello.", "logprobs": []}
    whole = {**message, "content": [text]}
    yield {"type": "response.output_item.done", "output_index": 0, "item": whole}
    yield {"type": "response.completed", "response": response(number, "completed", [whole])}


class Sockets:
    """Answers each request on its socket; ``cut`` is the number of one that it closes half-way."""

    def __init__(self, cut: int = 0) -> None:
        self.requests: list[dict[str, Any]] = []
        self._cut = cut
        self._server: Server = serve(self._handle, "127.0.0.1", 0)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.socket.getsockname()[1]}/v1"

    def _handle(self, socket: ServerConnection) -> None:
        for frame in socket:
            self.requests.append(json.loads(frame))
            number = len(self.requests)
            for sequence, event in enumerate(answer(number)):
                if number == self._cut and sequence == 3:
                    socket.close()
                    return
                socket.send(json.dumps({"sequence_number": sequence, **event}))

    def close(self) -> None:
        self._server.shutdown()


@pytest.fixture
def sockets(request: pytest.FixtureRequest) -> Iterator[Sockets]:
    server = Sockets(getattr(request, "param", 0))
    yield server
    server.close()


def start(folder: Path, sockets: Sockets) -> WorkerProcess:
    (folder / "mine.py").write_text(SOURCE)
    return WorkerProcess(
        agent="mine.py", cwd=folder, base_url=sockets.url, model="m", backoff_base=0.01
    )


def test_an_answer_streams_and_what_cannot_be_measured_is_left_out(
    sockets: Sockets, tmp_path: Path
) -> None:
    with start(tmp_path, sockets) as worker:
        assert worker.loaded().api == "responses"
        assert worker.say("hi").output == "Hello."
        assert worker.say("again").output == "Hello."
        assert [event.text for event in worker.all(TextDelta)] == ["Hel", "lo."] * 2
        assert {event.output for event in worker.all(UsageReported)} == {2}
        for started, connected in zip(
            worker.all(AttemptStarted), worker.all(AttemptConnected), strict=True
        ):
            assert started.at < connected.at
        # They are steps of an HTTP request.
        assert worker.all(ConnectionPhases) == []
        assert worker.all(RequestBegan) == []
    assert [len(request["input"]) for request in sockets.requests] == [1, 3]
    assert {request["type"] for request in sockets.requests} == {"response.create"}


@pytest.mark.parametrize("sockets", [1], indirect=True)
def test_a_socket_that_closes_half_way_is_seen_and_the_answer_goes_on(
    sockets: Sockets, tmp_path: Path
) -> None:
    with start(tmp_path, sockets) as worker:
        finished = worker.say("hi")
        (failed,) = worker.all(AttemptFailed)
    assert failed.problem.kind == "network"
    assert finished.outcome == "ok"
    assert len(sockets.requests) == 2


def test_an_error_in_the_stream_is_classified_by_its_code() -> None:
    error = ResponsesWebSocketError(
        {"type": "error", "error": {"code": "rate_limit_exceeded", "message": "slow down"}}
    )
    problem = attempt_problem(error, host="h", shown=False, websocket=True)
    assert (problem.kind, problem.retry) == ("rate_limit", "automatic")
    assert "slow down" in problem.message
    refused = ResponsesWebSocketError(
        {"type": "error", "status": 401, "error": {"message": "who?"}}
    )
    assert attempt_problem(refused, host="h", shown=False, websocket=True).kind == "auth"


def test_a_server_that_is_not_there_is_a_network_failure(tmp_path: Path) -> None:
    sockets = Sockets()
    sockets.close()
    (tmp_path / "mine.py").write_text(SOURCE)
    with WorkerProcess(
        agent="mine.py", cwd=tmp_path, base_url=sockets.url, model="m", max_retries=0
    ) as worker:
        problem = worker.say("hi").problem
    assert problem is not None
    assert (problem.kind, problem.retry) == ("network", "automatic")
