"""The service ends in order: streams get an error, the journal is whole, the exit code says why."""

import signal

import pytest

from tests.support.provider import Answer, Gate, Provide
from tests.web.client import Told, joined, text_of
from tests.web.conftest import Serve


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_runs_then_streams(
    serve: Serve, provide: Provide, number: signal.Signals
) -> None:
    gate = Gate()
    provider = provide(Answer(deltas=["Once", " upon"], gates={1: gate}))
    service = serve(provider=provider)
    client = service.client()
    session, other = client.new_session(), client.new_session()
    got: list[Told] = []
    with (
        client.streaming("GET", f"/sessions/{other}/events") as idle,
        client.saying(session, "tell") as told,
    ):
        for one in told:
            got.append(one)
            if one.event == "text_delta":
                service.process.send_signal(number)
        last = list(idle)
    gate.open()
    assert service.process.wait() == 128 + number
    complete = next(one.data for one in got if one.event == "response_complete")
    assert (complete["outcome"], complete["final_response"]) == ("cancelled", "Once")
    assert [(one.event, one.data["code"], one.id) for one in last] == [
        ("error", "SHUTTING_DOWN", "")
    ]
    again = serve(provider=provide(Answer("yes"))).client()
    assert joined(again.events(session)) == joined(got)
    assert text_of(again.say(session, "and?")) == "yes"


def test_a_port_that_is_taken_is_said(serve: Serve) -> None:
    taken = serve().url.rpartition(":")[2]
    ended = serve.ended("--port", taken)
    assert ended.returncode == 2
    assert f"127.0.0.1:{taken}" in ended.stderr
    assert "--port" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "0.0.0.0"], "--token"),
        (["--host", "0.0.0.0", "--no-token"], "--no-token"),
        (["--token", "short"], "16"),
        (["--token", "a" * 20, "--no-token"], "not both"),
    ],
)
def test_an_unsafe_start_is_refused(serve: Serve, arguments: list[str], words: str) -> None:
    ended = serve.ended(*arguments)
    assert ended.returncode == 2
    assert words in ended.stderr
