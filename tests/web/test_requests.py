"""What a user can ask for besides messages: cancel, retry, approvals, deletion."""

from tests.support.provider import (
    Answer,
    Gate,
    Provide,
    RequestRecord,
    Step,
    ToolCall,
    invalid_key,
)
from tests.web.client import Told, text_of
from tests.web.conftest import Serve


def launching(request: RequestRecord) -> Step:
    if len(request.tool_outputs) < request.last_user_text.count("!"):
        return Answer(tool_calls=[ToolCall("launch", {"target": "it"})])
    return Answer(" ".join(map(str, request.tool_outputs.values())))


def of(told: list[Told], event: str) -> list[dict[str, object]]:
    return [one.data for one in told if one.event == event]


def test_an_approval_is_asked_for_and_answered(serve: Serve, provide: Provide) -> None:
    client = serve(provider=provide(route=launching)).client()
    session = client.new_session()
    for approve, reason in ((True, ""), (False, "not today")):
        got: list[Told] = []
        with client.saying(session, "go!") as told:
            for one in told:
                got.append(one)
                if one.event == "session_update" and one.data["status"] == "waiting":
                    (call,) = client.session(session)["waiting"]
                    body = {"approve": approve, "reason": reason}
                    path = f"/sessions/{session}/approvals/{call}"
                    assert client.http.post(path, json=body).status_code == 204
                    assert client.http.post(path, json=body).status_code in {204, 404}
        asked = of(got, "approval_required")[0]
        assert (asked["name"], asked["call"]) == ("launch", call)
        assert of(got, "approval_answered")[0]["approved"] is approve
        assert ("launched at it" in text_of(got)) is approve
        assert ("not today" in text_of(got)) is not approve
    unknown = client.http.post(f"/sessions/{session}/approvals/none", json={"approve": True})
    assert unknown.json()["error"]["code"] == "CALL_NOT_FOUND"


def test_always_answers_later_calls_of_the_tool(serve: Serve, provide: Provide) -> None:
    client = serve(provider=provide(route=launching)).client()
    session = client.new_session()
    with client.saying(session, "go!!") as told:
        for one in told:
            if one.event == "approval_required":
                path = f"/sessions/{session}/approvals/{one.data['call']}"
                client.http.post(path, json={"approve": True, "always": True})
    assert client.say(session, "go!")[-1].data["status"] == "idle"


def test_the_rule_of_the_command_line_answers(serve: Serve, provide: Provide) -> None:
    service = serve("--approve", "launch", provider=provide(route=launching))
    client = service.client()
    assert "launched at it" in text_of(client.say(client.new_session(), "go!"))


def test_a_cancelled_run_keeps_what_was_said(serve: Serve, provide: Provide) -> None:
    gate = Gate()
    provider = provide(Answer(deltas=["Once", " upon"], gates={1: gate}), Answer("yes"))
    client = serve(provider=provider).client()
    session = client.new_session()
    assert client.http.post(f"/sessions/{session}/cancel").json() == {"cancelling": False}
    got: list[Told] = []
    with client.saying(session, "tell") as told:
        for one in told:
            got.append(one)
            if one.event == "text_delta":
                busy = client.http.post(f"/sessions/{session}/messages", json={"message": "hi"})
                assert (busy.status_code, busy.json()["error"]["code"]) == (409, "BUSY")
                answer = client.http.post(f"/sessions/{session}/cancel")
                assert answer.json() == {"cancelling": True}
    gate.open()
    complete = of(got, "response_complete")[0]
    assert (complete["outcome"], complete["final_response"]) == ("cancelled", "Once")
    assert text_of(client.say(session, "and?")) == "yes"


def test_a_failed_run_is_retried(serve: Serve, provide: Provide) -> None:
    provider = provide(invalid_key(), Answer("there"))
    client = serve(provider=provider).client()
    session = client.new_session()
    nothing = client.http.post(f"/sessions/{session}/retry")
    assert nothing.json()["error"]["code"] == "NOTHING_TO_RETRY"
    failed = client.say(session, "hello")
    assert of(failed, "error")[0]["code"] == "STREAM_ERROR"
    with client.streaming("POST", f"/sessions/{session}/retry") as told:
        assert text_of(list(told)) == "there"
    assert len(provider.requests[1].items) == 1


def test_a_run_that_ran_tools_is_only_repeated_if_confirmed(serve: Serve, provide: Provide) -> None:
    call = Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 2})])
    client = serve(provider=provide(call, Answer("3"), call, Answer("three"))).client()
    session = client.new_session()
    client.say(session, "1 + 2?")
    asked = client.http.post(f"/sessions/{session}/retry")
    assert (asked.status_code, asked.json()["error"]["code"]) == (409, "CONFIRMATION_NEEDED")
    path = f"/sessions/{session}/retry"
    with client.streaming("POST", path, json={"confirm": True}) as told:
        assert text_of(list(told)) == "three"


def test_a_retry_is_undone_also_while_it_runs(serve: Serve, provide: Provide) -> None:
    gate = Gate()
    provider = provide(
        Answer("first"), Answer("second"), Answer(deltas=["thi", "rd"], gates={1: gate}),
        Answer("bye"), strict=True,
    )  # fmt: skip
    client = serve(provider=provider).client()
    session = client.new_session()
    undo, retry = f"/sessions/{session}/undo-retry", f"/sessions/{session}/retry"
    nothing = client.http.post(undo)
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (409, "NOTHING_TO_UNDO")
    first = of(client.say(session, "hello"), "response_complete")[0]["run"]
    with client.streaming("POST", retry) as told:
        second = of(list(told), "response_complete")[0]["run"]
    assert client.http.post(undo).json() == {"run": first}
    assert client.http.post(undo).json() == {"run": second}
    with client.streaming("POST", retry) as told:
        for event in told:
            if event.event == "text_delta":
                assert client.http.post(undo).json() == {"run": second}
    gate.open()
    with client.streaming("GET", f"/sessions/{session}/events?until=now") as told:
        undone = of(list(told), "retry_undone")
    assert [one["run"] for one in undone] == [first, second, second]
    assert undone[0]["taken_back"] == second
    client.say(session, "thanks")
    assert [one.get("content") for one in provider.requests[-1].items][::2] == ["hello", "thanks"]
    assert "second" in str(provider.requests[-1].items)
    late = client.http.post(undo).json()["error"]
    assert late["code"] == "NOTHING_TO_UNDO"
    assert "a message was sent since" in late["message"]


def test_a_deleted_session_is_gone(serve: Serve, provide: Provide) -> None:
    client = serve(provider=provide(Answer("hi"))).client()
    spoken, silent = client.new_session(), client.new_session()
    client.say(spoken, "hello")
    for session in (spoken, silent):
        assert client.http.delete(f"/sessions/{session}").status_code == 204
        for method, path in (
            ("GET", ""),
            ("POST", "/messages"),
            ("DELETE", ""),
            ("GET", "/events"),
        ):
            answer = client.http.request(
                method, f"/sessions/{session}{path}", json={"message": "x"}
            )
            assert answer.json()["error"]["code"] == "SESSION_NOT_FOUND"
    assert client.http.get("/sessions").json() == {"sessions": []}


def test_pictures_reach_the_model(serve: Serve, provide: Provide) -> None:
    from tests.worker.hosted_items import base64_of, png

    picture = f"data:image/png;base64,{base64_of(png(2, 2))}"
    provider = provide(Answer("a dot"))
    client = serve(provider=provider).client()
    session = client.new_session()
    told = client.say(session, "look", images=[picture])
    assert text_of(told) == "a dot"
    assert picture in str(provider.requests[0].items)
    for wrong, code in (
        (picture.replace("image/png;", "image/png;").replace("iVBOR", "AAAAA"), "BAD_REQUEST"),
        ("http://169.254.169.254/x.png", "BAD_REQUEST"),
        ("file:///etc/passwd", "BAD_REQUEST"),
        ("data:image/svg+xml,<svg onload=alert(1)>", "BAD_REQUEST"),
        ("data:image/png;base64," + "A" * (11 * 1024**2), "TOO_LARGE"),
    ):
        body = {"message": "look", "images": [wrong]}
        answer = client.http.post(f"/sessions/{session}/messages", json=body)
        assert answer.json()["error"]["code"] == code, wrong[:60]
    assert len(provider.requests) == 1


def test_a_reader_of_a_deleted_session_is_sent_away(serve: Serve, provide: Provide) -> None:
    service = serve(provider=provide(Answer("yes")))
    client, other = service.client(), service.client()
    session = client.new_session()
    client.say(session, "hello")
    with client.streaming("GET", f"/sessions/{session}/events") as told:
        assert next(told).event == "session_update"
        assert other.http.delete(f"/sessions/{session}").status_code == 204
        *_, last = told
    assert (last.event, last.data["code"]) == ("error", "SESSION_NOT_FOUND")


def test_an_empty_message_begins_no_run(serve: Serve, provide: Provide) -> None:
    provider = provide()
    client = serve(provider=provider).client()
    session = client.new_session()
    for message in ("", " \n\t"):
        answer = client.http.post(f"/sessions/{session}/messages", json={"message": message})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BAD_REQUEST")
    assert provider.requests == []


def test_an_unknown_session_unloads_no_other(serve: Serve, provide: Provide) -> None:
    client = serve("--sessions", "1", provider=provide(Answer("yes"))).client()
    session = client.new_session()
    client.say(session, "hello")
    assert client.http.get("/sessions/unknown").status_code == 404
    assert client.http.get("/healthz").json()["sessions"] == 1
    assert client.http.get(f"/sessions/{session}").status_code == 200
