"""Every reader gets every event once: after a lost connection, a restart, a long pause."""

import signal
from collections.abc import Iterator

import pytest

from tests.support.patience import wait_until
from tests.support.provider import Answer, Gate, Provide, ToolCall
from tests.web.client import Client, Told, joined, text_of
from tests.web.conftest import Serve
from tests.web.test_requests import launching
from tui.journal import JournalStore


def test_a_lost_connection_does_not_stop_the_run(serve: Serve, provide: Provide) -> None:
    gate = Gate()
    provider = provide(Answer(deltas=["Once", " upon", " a time"], gates={1: gate}))
    client = serve(provider=provider).client()
    session = client.new_session()
    got: list[Told] = []
    with client.saying(session, "tell") as told:
        for one in told:
            got.append(one)
            if one.event == "text_delta":
                break
    gate.open()
    path = f"/sessions/{session}/messages"
    with client.streaming("POST", path, headers={"last-event-id": got[-1].id}) as told:
        got += told
    assert text_of(got) == "Once upon a time"
    assert got[-1].data["status"] == "idle"
    assert len(provider.requests) == 1
    assert joined(got) == joined(client.events(session))


def test_each_message_can_be_the_last_one_that_came(serve: Serve, provide: Provide) -> None:
    provider = provide(
        Answer(deltas=["Let", " me", " add"], tool_calls=[ToolCall("add", {"a": 1, "b": 2})]),
        Answer(deltas=["It", " is", " 3"]),
    )
    client = serve(provider=provider).client()
    session = client.new_session()
    told = client.say(session, "1 + 2?")
    whole = joined(told)
    for place, one in enumerate(told, 1):
        rest = client.events(session, after=one.id)
        assert joined(told[:place] + rest) == whole, one.id


def test_a_stream_continues_after_the_service_was_started_again(
    serve: Serve, provide: Provide
) -> None:
    provider = provide(Answer("first"), Answer("second"))
    service = serve(provider=provider)
    client = service.client()
    session = client.new_session(user_context={"name": "Ann"})
    told = client.say(session, "one")
    assert service.end() == 128 + signal.SIGTERM
    again = serve(provider=provider).client()
    assert joined(again.events(session)) == joined(told)
    assert again.events(session, after=told[3].id) == told[4:]
    assert again.session(session)["user_context"] == {"name": "Ann"}
    again.say(session, "two")
    assert len(provider.requests[-1].items) == 3


def test_a_session_that_was_unloaded_is_loaded_when_it_speaks(
    serve: Serve, provide: Provide
) -> None:
    provider = provide(Answer("first"), Answer("second"))
    client = serve("--idle", "1", provider=provider).client()
    session = client.new_session()
    told = client.say(session, "one")
    wait_until_unloaded(client, session)
    assert client.events(session) == told
    wait_until_unloaded(client, session)
    more = client.say(session, "two")
    assert text_of(more) == "second"
    assert len(provider.requests[-1].items) == 3
    assert joined(client.events(session)) == joined(told + more)


@pytest.mark.parametrize("approve", [True, False])
def test_always_is_remembered_when_a_session_was_unloaded(
    serve: Serve, provide: Provide, approve: bool
) -> None:
    client = serve("--idle", "1", provider=provide(route=launching)).client()
    session = client.new_session()
    with client.saying(session, "go!") as told:
        for one in told:
            if one.event == "approval_required":
                client.http.post(
                    f"/sessions/{session}/approvals/{one.data['call']}",
                    json={"approve": approve, "always": True, "reason": "not in May"},
                )
    wait_until_unloaded(client, session)
    again = client.say(session, "go!!")
    assert ("launched at it launched at it" in text_of(again)) is approve
    assert (text_of(again).count("not in May") == 2) is not approve
    # The rejection counts for the second call too, and nobody is asked.
    assert not [one for one in again if one.event == "approval_required"]
    assert {one.data["approved"] for one in again if one.event == "approval_answered"} == {approve}


def wait_until_unloaded(client: Client, session: str) -> None:
    def unloaded() -> bool:
        sessions = client.http.get("/sessions").json()["sessions"]
        return any(one["id"] == session and not one["loaded"] for one in sessions)

    wait_until(unloaded, "the session is unloaded")


def test_an_unknown_id_is_refused(serve: Serve) -> None:
    client = serve().client()
    session = client.new_session()
    for last in ("x", "1.x", "-1", "1.1.1", "9" * 40, "99"):
        answer = client.http.get(f"/sessions/{session}/events", params={"last_event_id": last})
        assert answer.status_code == 400, last
        assert answer.json()["error"]["code"] == "BAD_REQUEST"


def test_a_killed_service_leaves_a_session_whose_run_has_ended(
    serve: Serve, provide: Provide
) -> None:
    gate = Gate()
    provider = provide(Answer(deltas=["Once", " upon"], gates={1: gate}), Answer("again"))
    service = serve(provider=provider)
    client = service.client()
    session = client.new_session()
    with client.saying(session, "tell") as told:
        got = take_until(told, "text_delta")
    last = int(got[-1].id)
    store = JournalStore(service.journal)
    wait_until(lambda: bool(store.events_after(session, last - 1, 1)), "the delta is stored")
    service.end(signal.SIGKILL)
    gate.open()
    again = serve(provider=provider).client()
    events = again.events(session)
    assert events == again.events(session)
    assert text_of(events) == "Once"
    complete = next(one.data for one in events if one.event == "response_complete")
    assert (complete["outcome"], complete["final_response"]) == ("cancelled", "Once")
    assert text_of(again.say(session, "and?")) == "again"


def take_until(told: Iterator[Told], event: str) -> list[Told]:
    got: list[Told] = []
    for one in told:
        got.append(one)
        if one.event == event:
            break
    return got
