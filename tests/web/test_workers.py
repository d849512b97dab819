"""Sessions live in worker processes, which may die."""

from concurrent.futures import ThreadPoolExecutor

from tests.support.patience import wait_until
from tests.support.provider import Answer, Gate, Provide, RequestRecord, Step, ToolCall
from tests.web.client import text_of
from tests.web.conftest import KEY, Serve


def test_a_worker_that_dies_ends_only_its_running_turns(serve: Serve, provide: Provide) -> None:
    def route(request: RequestRecord) -> Step:
        if request.last_user_text == "die" and not request.tool_outputs:
            return Answer(deltas=["Now"], tool_calls=[ToolCall("die", {})])
        return Answer(f"{len(request.items)} items")

    client = serve("--workers", "1", provider=provide(route=route)).client()
    quiet, doomed = client.new_session(), client.new_session()
    client.say(quiet, "hello")
    told = client.say(doomed, "die")
    error = next(one.data for one in told if one.event == "error")
    assert (error["code"], error["kind"]) == ("STREAM_ERROR", "worker")
    assert told[-1].data["status"] == "idle"
    assert text_of(told) == "Now"
    assert text_of(client.say(quiet, "still there?")) == "3 items"
    # The message, the answer so far, the call and its output, the new message.
    assert int(text_of(client.say(doomed, "and you?")).split()[0]) >= 4


def test_many_sessions_stream_at_once_and_apart(serve: Serve, provide: Provide) -> None:
    gate = Gate()

    def route(request: RequestRecord) -> Step:
        name = request.last_user_text
        return Answer(deltas=[name] * 20, gates={10: gate})

    client = serve("--workers", "2", provider=provide(route=route)).client()
    names = [f"n{number} " for number in range(20)]
    sessions = {client.new_session(): name for name in names}
    with ThreadPoolExecutor(len(names)) as threads:
        running = {
            session: threads.submit(client.say, session, name) for session, name in sessions.items()
        }
        wait_until(lambda: client.http.get("/healthz").json()["running"] == 20, "all run")
        gate.open()
        for session, stream in running.items():
            assert text_of(stream.result()).split() == [sessions[session].strip()] * 20
    assert client.http.get("/healthz").json()["workers"] == 2


def test_an_agent_that_cannot_be_loaded_is_said_without_its_paths(serve: Serve) -> None:
    service = serve(agent=f"raise ValueError('at /home/ann/secret.txt, {KEY}')")
    broken = service.client()
    session = broken.new_session()
    answer = broken.http.post(f"/sessions/{session}/messages", json={"message": "hi"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "AGENT_UNAVAILABLE")
    assert "/" not in answer.json()["error"]["message"]
    health = broken.http.get("/healthz")
    assert (health.status_code, health.json()["status"]) == (503, "failed")
    assert "secret.txt" in health.json()["problem"]
    assert "/" not in health.json()["problem"]
    assert KEY not in health.text
    # Who has no token learns nothing of the agent.
    assert service.client(token=None).http.get("/healthz").json()["problem"] == ""
