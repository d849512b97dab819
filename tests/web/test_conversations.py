"""A conversation over HTTP: sessions, messages, their streams."""

from tests.support.provider import Answer, Provide, ToolCall
from tests.web.client import text_of
from tests.web.conftest import Serve


def test_a_message_is_answered_in_a_stream(serve: Serve, provide: Provide) -> None:
    service = serve(provider=provide(Answer(deltas=["Hello", " you", "!"])))
    client = service.client()
    session = client.new_session()
    told = client.say(session, "hi")
    assert [one.event for one in told if one.event != "text_delta"] == [
        "session_update", "typing_start", "metrics", "metrics", "response_complete",
        "session_update",
    ]  # fmt: skip
    assert text_of(told) == "Hello you!"
    complete = next(one.data for one in told if one.event == "response_complete")
    assert complete["final_response"] == "Hello you!"
    assert (complete["words"], complete["characters"]) == (2, 10)
    assert len({one.id for one in told}) == len(told)
    assert all(one.data["timestamp"] and one.data["session"] == session for one in told)


def test_a_session_remembers_what_was_said(serve: Serve, provide: Provide) -> None:
    provider = provide(Answer("one"), Answer("two"))
    client = serve(provider=provider).client()
    session = client.new_session()
    client.say(session, "first")
    client.say(session, "second")
    assert [len(request.items) for request in provider.requests] == [1, 3]
    assert client.session(session)["message_count"] == 4


def test_a_tool_call_is_told(serve: Serve, provide: Provide) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 2})]), Answer("3"))
    client = serve(provider=provider).client()
    told = client.say(client.new_session(), "1 + 2?")
    started = next(one.data for one in told if one.event == "tool_start")
    complete = next(one.data for one in told if one.event == "tool_complete")
    assert (started["name"], complete["output"], complete["outcome"]) == ("add", "3", "ok")
    assert started["call"] == complete["call"]


def test_the_figures_of_single_turns_may_be_left_out(serve: Serve, provide: Provide) -> None:
    client = serve(provider=provide(Answer("1"), Answer("2"), Answer("3"))).client()
    session = client.new_session()
    for _ in range(3):
        client.say(session, "hi")

    def turns(asked: str) -> list[int]:
        figures = client.http.get(f"/sessions/{session}", params={"turns": asked}).json()["figures"]
        assert figures["turn"] is not None
        return [one["number"] for one in figures["turns"]]

    assert turns("0") == []
    assert turns("2") == [2, 3]
    assert turns("99") == [1, 2, 3]
    for wrong in ("-1", "x", "", "9" * 5_000, "\u0661"):
        answer = client.http.get(f"/sessions/{session}", params={"turns": wrong})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BAD_REQUEST"), wrong
