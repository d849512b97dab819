"""Requests that fail: what is said, whether it is retried, and what the next turn has."""

import socket
import ssl
from pathlib import Path

import pytest
import trustme

from tests.remote.agui_server import AguiServer, Refusal
from tests.remote.remote_session import remote_session
from tests.remote.scripts import answer, started, text
from tui.protocol import events
from tui.protocol.commands import RetryNow
from tui.protocol.events import Problem
from tui.protocol.retry_policy import RetryPolicy


async def problem_of(url: str, **settings: object) -> Problem:
    async with remote_session(url, **settings) as session:
        ended = await session.ask("Hi")
    assert ended.outcome == "failed"
    assert ended.problem is not None
    assert ended.problem.advice
    assert session.conversation.open_things == ()
    return ended.problem


@pytest.mark.parametrize(
    ("refusal", "kind", "words"),
    [
        (Refusal(401, '{"detail": "who are you"}'), "auth", "wants a token: who are you"),
        (Refusal(403, "no"), "auth", "Access was denied: no"),
        (Refusal(404, "<html>nothing</html>", kind="text/html"), "agent", "no agent at http://"),
        (Refusal(405), "agent", "takes no messages"),
        (Refusal(413), "agent", "too long"),
        (Refusal(422, '{"detail": [{"msg": "field required"}]}'), "agent", "field required"),
        (Refusal(302, Location="http://other/agui"), "agent", "moved to http://other/agui"),
        (Refusal(200, "<!doctype html><p>hi", kind="text/html"), "agent", "sent a web page"),
        (Refusal(200, '{"a": 1}'), "agent", "sent JSON"),
    ],
)
async def test_a_refusal_is_named_with_advice_and_not_repeated(
    refusal: Refusal, kind: str, words: str
) -> None:
    with AguiServer(refusal) as server:
        problem = await problem_of(server.url)
        assert len(server.bodies) == 1
    assert problem.kind == kind
    assert words in problem.message


async def test_a_wrong_token_is_told_from_none() -> None:
    with AguiServer(Refusal(401)) as server:
        problem = await problem_of(server.url, token="sesame-1234", headers=(("X-A", "b"),))
        assert server.headers[0]["Authorization"] == "Bearer sesame-1234"
        assert server.headers[0]["X-A"] == "b"
    assert problem.message == "The token was not accepted."
    assert "STREAMTUI_TOKEN" in problem.advice


@pytest.mark.parametrize(("status", "kind"), [(429, "rate_limit"), (503, "server")])
async def test_what_may_pass_is_retried(status: int, kind: str) -> None:
    with AguiServer(Refusal(status), Refusal(status), answer("Hello.")) as server:
        async with remote_session(server.url) as session:
            ended = await session.ask("Hi")
    assert ended.outcome == "ok"
    assert [one.problem.kind for one in session.of(events.AttemptFailed)] == [kind, kind]
    assert [one.attempt for one in session.of(events.AttemptStarted)] == [1, 2, 3]


async def test_retry_now_ends_the_wait() -> None:
    with AguiServer(Refusal(503), answer("Hello.")) as server:
        async with remote_session(server.url, retries=RetryPolicy(3, 500.0, 500.0)) as session:
            run = session.start("Hi")
            await session.wait_for(events.RetryScheduled)
            session.source.send(RetryNow(run=run))
            assert (await session.wait_for(events.RunFinished)).outcome == "ok"


async def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    problem = await problem_of(f"http://127.0.0.1:{port}/agui", retries=RetryPolicy(1, 0.01, 0.01))
    assert problem.kind == "network"
    assert "refused" in problem.message.lower()


async def test_a_name_that_does_not_exist() -> None:
    problem = await problem_of("http://nowhere.invalid/agui", retries=RetryPolicy(0))
    assert problem.kind == "network"
    assert "nowhere.invalid" in problem.message


async def test_a_certificate_that_is_not_trusted_and_one_that_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with AguiServer(answer("Safe."), tls=context) as server:
        problem = await problem_of(server.url)
        assert "certificate" in problem.message
        assert "SSL_CERT_FILE" in problem.advice
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        async with remote_session(server.url) as session:
            assert (await session.ask("Hi")).outcome == "ok"
            assert session.figures.attempt is not None
            assert session.figures.attempt.phases is not None
            assert session.figures.attempt.phases.tls.known


async def test_https_to_a_server_without_tls() -> None:
    with AguiServer(answer("Plain.")) as server:
        problem = await problem_of(server.url.replace("http:", "https:"), retries=RetryPolicy(0))
    assert "does not speak TLS" in problem.message
    assert "http://" in problem.advice


async def test_a_server_that_says_nothing_is_given_up() -> None:
    with AguiServer([300.0]) as server:
        problem = await problem_of(server.url, first_event_timeout=0.2, retries=RetryPolicy(0))
    assert (problem.kind, problem.code) == ("timeout", "first_event_timeout")


async def test_a_server_that_stops_is_given_up_and_keep_alives_do_not_count() -> None:
    with AguiServer([started, *text("m1", "Hello.")[:2], *[b": ping\n\n", 0.05] * 400]) as server:
        problem = await problem_of(server.url, idle_timeout=0.4)
    assert (problem.kind, problem.code) == ("timeout", "idle_timeout")


async def test_a_tool_may_take_longer_than_the_idle_time_out() -> None:
    from tests.remote.scripts import call, finished, result

    steps = [started, *call("t1", "slow"), 0.8, result("t1", "done"), *text("m1", "Ok."), finished]
    with AguiServer(steps) as server:
        async with remote_session(server.url, idle_timeout=0.4) as session:
            assert (await session.ask("Hi")).outcome == "ok"
    assert session.of(events.AttemptFinished)[0].at < session.of(events.ToolFinished)[0].at


async def test_a_turn_has_a_deadline() -> None:
    with AguiServer([started, *text("m1", "Hello.")[:2], 300.0]) as server:
        async with remote_session(server.url, turn_timeout=0.4) as session:
            ended = await session.ask("Hi")
    assert ended.problem is not None
    assert ended.problem.code == "turn_deadline"
    [failed] = session.of(events.AttemptFailed)
    assert (failed.problem.kind, failed.problem.code) == ("timeout", "turn_deadline")
    assert session.of(events.AttemptCancelled) == []


async def test_a_redirect_on_the_same_host_is_followed() -> None:
    with AguiServer(Refusal(307, Location="/agui"), answer("Hello.")) as server:
        async with remote_session(server.url) as session:
            assert (await session.ask("Hi")).outcome == "ok"


async def test_a_redirect_to_another_host_is_not_followed() -> None:
    with AguiServer(Refusal(307, Location="http://127.0.0.2:1/agui")) as server:
        problem = await problem_of(server.url, token="sesame-1234")
    assert "moved to http://127.0.0.2:1/agui" in problem.message
