"""Whole conversations with the real service, worker and provider, as AG-UI clients have them."""

import base64
import json
from typing import Any

import pytest

from tests.support.patience import wait_until
from tests.support.pictures import png
from tests.support.provider import (
    Answer,
    Gate,
    Provider,
    RequestRecord,
    ResetAfter,
    ToolCall,
    server_error,
)
from tests.web.agui.agui_client import AguiClient, custom, of_type, outcome, texts
from tests.web.conftest import Serve

ADD = ToolCall("add", {"a": 2, "b": 3}, id="to_add")
LAUNCH = ToolCall("launch", {"target": "Mars"}, id="to_mars")
PAINT = {
    "name": "paint",
    "description": "Paints the page.",
    "parameters": {"type": "object", "properties": {"colour": {"type": "string"}}},
}
RED = ToolCall("paint", {"colour": "red"}, id="to_red")


def resume(interrupt: str, **payload: Any) -> list[dict[str, Any]]:
    return [{"interruptId": interrupt, "status": "resolved", "payload": payload}]


def outputs_of(request: RequestRecord) -> list[Any]:
    return [item for item in request.items if item.get("type") == "function_call_output"]


def test_a_tool_is_called_and_the_next_message_continues(serve: Serve) -> None:
    with Provider(Answer(tool_calls=[ADD]), Answer("It is 5."), Answer("Yes.")) as provider:
        client = AguiClient(serve(provider=provider).client())
        events = client.say("2 + 3?")
        assert outcome(events) == {"type": "success"}
        (start,) = of_type(events, "TOOL_CALL_START")
        assert (start["toolCallId"], start["toolCallName"]) == ("to_add", "add")
        (result,) = of_type(events, "TOOL_CALL_RESULT")
        assert (result["toolCallId"], result["content"]) == ("to_add", "5")
        assert list(texts(events).values()) == ["It is 5."]
        assert [step["stepName"] for step in of_type(events, "STEP_STARTED")] == ["Tester"]
        roles = [message["role"] for message in client.messages]
        assert roles == ["user", "assistant", "tool", "assistant"]
        (usage,) = events[-1]["usage"]
        assert usage["model"] == "m"
        assert usage["inputTokens"] > 0
        (figures,) = custom(events, "figures")
        assert figures["tools"] == 1
        assert client.state["streamtui"]["status"] == "done"
        client.say("sure?")
        assert [item.get("type", item.get("role")) for item in provider.requests[2].items] == [
            "user", "function_call", "function_call_output", "message", "user",
        ]  # fmt: skip


def test_an_approval_interrupts_and_is_resumed_with_edited_arguments(serve: Serve) -> None:
    with Provider(Answer(tool_calls=[LAUNCH]), Answer("Gone.")) as provider:
        client = AguiClient(serve(provider=provider).client())
        events = client.say("go")
        asked = outcome(events)
        assert asked["type"] == "interrupt"
        (interrupt,) = asked["interrupts"]
        assert (interrupt["reason"], interrupt["toolCallId"]) == ("tool_call", "to_mars")
        edited = interrupt["responseSchema"]["properties"]["editedArgs"]
        assert edited["properties"]["target"]["type"] == "string"
        assert client.state["streamtui"]["status"] == "waiting for approval"
        answer = resume(interrupt["id"], approved=True, editedArgs={"target": "Venus"})
        events = client.run(resume=answer)
        assert outcome(events) == {"type": "success"}
        assert not of_type(events, "TOOL_CALL_START")
        (result,) = of_type(events, "TOOL_CALL_RESULT")
        assert (result["toolCallId"], result["content"]) == ("to_mars", "launched at Venus")
        assert list(texts(events).values()) == ["Gone."]
        assert "Venus" in str(provider.requests[1].items)
        roles = [message["role"] for message in client.messages]
        assert roles == ["user", "assistant", "tool", "assistant"]


def test_an_interrupt_may_be_answered_before_the_stream_is_closed(serve: Serve) -> None:
    with Provider(Answer(tool_calls=[LAUNCH]), Answer("Gone.")) as provider:
        service = serve(provider=provider)
        client, other = AguiClient(service.client()), AguiClient(service.client(), first=50)
        client.add("go")
        with client.running() as told:
            last = next(event for event in told if event["type"] == "RUN_FINISHED")
            other.messages = client.messages
            (interrupt,) = last["outcome"]["interrupts"]
            events = other.run(resume=resume(interrupt["id"], approved=True))
        assert outcome(events) == {"type": "success"}
        assert [m["role"] for m in other.messages] == ["user", "assistant", "tool", "assistant"]


def test_all_interrupts_must_be_answered_and_nothing_is_lost_if_not(serve: Serve) -> None:
    moon = ToolCall("launch", {"target": "Moon"}, id="to_moon")
    with Provider(Answer(tool_calls=[LAUNCH, moon]), Answer("Done.")) as provider:
        client = AguiClient(serve(provider=provider).client())
        first, second = (one["id"] for one in outcome(client.say("go"))["interrupts"])
        assert outcome(client.run()) == "INVALID_ANSWER"
        assert outcome(client.run(resume=resume(first, approved=True))) == "INVALID_ANSWER"
        assert outcome(client.run(resume=resume("no", approved=True))) == "INVALID_ANSWER"
        wrong = [*resume(first, approved="yes"), *resume(second, approved=True)]
        assert outcome(client.run(resume=wrong)) == "INVALID_ANSWER"
        cancelled = {"interruptId": second, "status": "cancelled"}
        unfit = resume(first, approved=True, editedArgs={"target": 5})
        assert outcome(client.run(resume=[*unfit, cancelled])) == "INVALID_ANSWER"
        events = client.run(resume=[*resume(first, approved=True), cancelled])
        assert outcome(events) == {"type": "success"}
        assert len(provider.requests) == 2
        assert provider.requests[1].tool_outputs["to_mars"] == "launched at Mars"
        assert provider.requests[1].tool_outputs["to_moon"] != "launched at Moon"


def test_a_tool_of_the_client_is_called_and_its_result_continues_the_run(serve: Serve) -> None:
    both = [ADD, RED]
    with Provider(Answer("Painting.", tool_calls=both), Answer("Painted.")) as provider:
        client = AguiClient(serve(provider=provider).client())
        events = client.say("paint it", tools=[PAINT])
        assert outcome(events) == {"type": "success", "pendingToolCallIds": ["to_red"]}
        assert [one["toolCallId"] for one in of_type(events, "TOOL_CALL_RESULT")] == ["to_add"]
        client.messages.append(
            {"id": "result", "role": "tool", "toolCallId": "to_red", "content": "it is red"}
        )
        events = client.run(tools=[PAINT])
        assert outcome(events) == {"type": "success"}
        assert list(texts(events).values()) == ["Painted."]
        assert provider.requests[1].tool_outputs == {"to_add": "5", "to_red": "it is red"}


def test_an_edited_message_starts_its_turn_over(serve: Serve) -> None:
    with Provider(Answer("one"), Answer("two"), Answer("three"), Answer("four")) as provider:
        client = AguiClient(serve(provider=provider).client())
        client.say("first")
        client.say("second")
        client.messages = client.messages[:2]
        client.say("other")
        said = [item.get("content") for item in provider.requests[2].items]
        assert "first" in str(said)
        assert "second" not in str(said)
        assert str(said[-1]) == "other"
        # And again: without its answer, the message is answered anew.
        client.messages = client.messages[:-1]
        client.run()
        assert provider.requests[3].items == provider.requests[2].items


def test_a_thread_that_the_service_does_not_know_is_taken_over(serve: Serve) -> None:
    with Provider(Answer("And 6.")) as provider:
        client = AguiClient(serve(provider=provider).client())
        call = {"id": "c", "type": "function", "function": {"name": "add", "arguments": "{}"}}
        client.messages = [
            {"id": "0", "role": "system", "content": "Be brief."},
            {"id": "1", "role": "user", "content": "2 + 3?"},
            {"id": "2", "role": "assistant", "toolCalls": [call, {**call, "id": "open"}]},
            {"id": "3", "role": "reasoning", "content": "hm"},
            {"id": "5", "role": "assistant", "content": "5."},
            {"id": "4", "role": "tool", "toolCallId": "c", "content": "5"},
            {"id": "6", "role": "tool", "toolCallId": "nobody's", "content": "?"},
        ]
        events = client.say("and 3 + 3?")
        assert outcome(events) == {"type": "success"}
        (request,) = provider.requests
        kinds = [item.get("type") or item.get("role") for item in request.items]
        assert kinds[:2] == ["system", "user"]
        assert [item["call_id"] for item in outputs_of(request)] == ["c", "open"]
        assert request.last_user_text == "and 3 + 3?"


def test_context_is_given_to_the_model_once(serve: Serve) -> None:
    with Provider(Answer("Hello Ann."), Answer("Ann."), Answer("Bo.")) as provider:
        client = AguiClient(serve(provider=provider).client())
        ann = [{"description": "The user's name", "value": "Ann"}]
        client.say("hi", context=ann)
        client.say("my name?", context=ann)
        client.say("and now?", context=[{"description": "The user's name", "value": "Bo"}])
        counts = [str(request.items).count("The user's name") for request in provider.requests]
        assert counts == [1, 1, 2]


def test_pictures_are_sent_and_other_files_refused(serve: Serve) -> None:
    with Provider(Answer("A dot.")) as provider:
        client = AguiClient(serve(provider=provider).client())
        data = base64.b64encode(png(2, 2)).decode()
        picture = {"type": "data", "value": data, "mimeType": "image/png"}
        text = {"type": "text", "text": "what is it?"}
        client.say([text, {"type": "image", "source": picture}])
        assert data in json.dumps(provider.requests[0].items)
        before = client.messages
        for part in (
            {"type": "audio", "source": picture},
            {"type": "image", "source": {**picture, "value": "bm8="}},
        ):
            client.messages = list(before)
            assert outcome(client.say([text, part])) == "UNSUPPORTED_CONTENT"
        assert len(provider.requests) == 1


def test_a_cut_answer_is_a_new_message_and_the_snapshot_has_the_whole(serve: Serve) -> None:
    with Provider(
        Answer(deltas=["It ", "is ", "all "], fault=ResetAfter(2)), Answer("fine.")
    ) as provider:
        client = AguiClient(serve(provider=provider).client())
        events = client.say("how?")
        assert list(texts(events).values()) == ["It is ", "fine."]
        assert custom(events, "attempt_failed")
        assert custom(events, "retry")
        (answer,) = [m for m in client.messages if m["role"] == "assistant"]
        assert answer["content"] == "It is fine."


def test_a_failed_run_ends_with_an_error_and_can_be_run_again(serve: Serve) -> None:
    failing = [server_error() for _ in range(4)]
    with Provider(*failing, Answer("Now.")) as provider:
        client = AguiClient(serve(provider=provider).client())
        events = client.say("hi")
        assert outcome(events) == "SERVER"
        assert custom(events, "failure")[0]["status"] == 500
        assert outcome(client.run()) == {"type": "success"}
        assert [len(request.items) for request in provider.requests][-1] == 1


def test_closing_the_connection_cancels_the_run(serve: Serve) -> None:
    gate = Gate()
    with Provider(Answer(deltas=["slow", "ly"], gates={1: gate}), Answer("Next.")) as provider:
        client = AguiClient(serve(provider=provider).client())
        client.add("hi")
        with client.running() as told:
            for event in told:
                if event["type"] == "TEXT_MESSAGE_CONTENT":
                    break
        wait_until(
            lambda: provider.requests[0].client_closed_at is not None, "the run is cancelled"
        )
        gate.open()
        assert outcome(client.say("again")) == {"type": "success"}


def test_another_request_while_a_run_is_open_is_refused(serve: Serve) -> None:
    gate = Gate()
    with Provider(Answer(deltas=["slow", "ly"], gates={1: gate})) as provider:
        service = serve(provider=provider)
        client, other = AguiClient(service.client()), AguiClient(service.client())
        client.add("hi")
        with client.running() as told:
            next(event for event in told if event["type"] == "TEXT_MESSAGE_CONTENT")
            answer = other.http.post("/agui", json=other.input())
            assert (answer.status_code, answer.json()["error"]["code"]) == (409, "BUSY")
            gate.open()
            assert list(told)[-1]["outcome"] == {"type": "success"}


def test_a_rule_of_the_service_answers_without_an_interrupt(serve: Serve) -> None:
    with Provider(Answer(tool_calls=[LAUNCH]), Answer("Gone.")) as provider:
        client = AguiClient(serve("--approve", "launch", provider=provider).client())
        events = client.say("go")
        assert outcome(events) == {"type": "success"}
        (result,) = of_type(events, "TOOL_CALL_RESULT")
        assert result["content"] == "launched at Mars"


def test_a_thread_continues_after_a_restart_of_the_service(serve: Serve) -> None:
    with Provider(Answer("one"), Answer("two"), Answer("three")) as provider:
        service = serve(provider=provider)
        client = AguiClient(service.client())
        client.say("first")
        service.end()
        again = AguiClient(serve(provider=provider).client(), first=100)
        # It has only the thread's id.
        again.say("second")
        said = provider.requests[1].items
        assert [item.get("role") for item in said] == ["user", "assistant", "user"]
        assert "first" in str(said[0])
        # It has the whole conversation, as the service before.
        again.messages = [*client.messages, *again.messages]
        again.say("third")
        assert len(provider.requests[2].items) == 5


def test_an_empty_message_begins_no_run_and_changes_nothing(serve: Serve) -> None:
    with Provider(Answer("one"), Answer("two")) as provider:
        client = AguiClient(serve(provider=provider).client())
        client.say("first")
        for text in ("", " \n\t", [{"type": "text", "text": " "}]):
            *_, error = client.say(text)
            assert (error["code"], error["message"]) == ("BAD_REQUEST", "the message is empty")
        # A client keeps what it has sent.
        assert outcome(client.say("second")) == {"type": "success"}
        assert [item.get("role") for item in provider.requests[1].items] == [
            "user", "assistant", "user",
        ]  # fmt: skip
        assert len(provider.requests) == 2


def test_always_counts_for_the_whole_thread_also_after_a_restart(serve: Serve) -> None:
    calls = [ToolCall("launch", {"target": name}, id=f"to_{name}") for name in ("a", "b", "c")]
    answers = (Answer(tool_calls=[calls[0]]), Answer(tool_calls=[calls[1]]), Answer("Both gone."))
    with Provider(*answers, Answer(tool_calls=[calls[2]]), Answer("All gone.")) as provider:
        service = serve(provider=provider)
        client = AguiClient(service.client())
        (interrupt,) = outcome(client.say("go"))["interrupts"]
        events = client.run(resume=resume(interrupt["id"], approved=True, always=True))
        assert outcome(events) == {"type": "success"}
        results = [one["content"] for one in of_type(events, "TOOL_CALL_RESULT")]
        assert results == ["launched at a", "launched at b"]
        service.end()
        again = AguiClient(serve(provider=provider).client(), first=100)
        events = again.say("once more")
        assert outcome(events) == {"type": "success"}
        (result,) = of_type(events, "TOOL_CALL_RESULT")
        assert result["content"] == "launched at c"


def test_a_worker_that_dies_ends_the_run_with_an_error(serve: Serve) -> None:
    with Provider(Answer(tool_calls=[ToolCall("die", {}, id="d")]), Answer("Alive.")) as provider:
        client = AguiClient(serve(provider=provider).client())
        assert outcome(client.say("die")) == "WORKER"
        assert outcome(client.say("still there?")) == {"type": "success"}
        assert [item["call_id"] for item in outputs_of(provider.requests[1])] == ["d"]


def test_a_client_before_1_0_gets_nothing_that_it_does_not_know(serve: Serve) -> None:
    with Provider(Answer("Hi.")) as provider:
        client = AguiClient(serve(provider=provider).client())
        events = client.say("hi", protocolVersion=None)
        assert "outcome" not in events[-1]
        assert not of_type(events, "SUBAGENT_STARTED")


def test_the_clients_state_stays_as_it_is(serve: Serve) -> None:
    with Provider(Answer("a"), Answer("b")) as provider:
        client = AguiClient(serve(provider=provider).client())
        client.state = {"document": [1, 2]}
        client.say("hi")
        assert client.state["document"] == [1, 2]
        client.state = [1, 2]
        events = client.say("hi")
        assert not of_type(events, "STATE_SNAPSHOT", "STATE_DELTA")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "BAD_REQUEST"),
        (b"[]", 400, "BAD_REQUEST"),
        (b'{"threadId":"t","runId":"r","messages":[{"id":"1","role":"x"}]}', 400, "BAD_REQUEST"),
        (b'{"threadId":"t","runId":"r","messages":[' + b"[" * 9_000, 400, "BAD_REQUEST"),
        (b'{"threadId":"t","runId":"r","messages":[],"tools":[{"name":"a b","description":""}]}',
         400, "BAD_REQUEST"),
    ],
)  # fmt: skip
def test_a_malformed_input_is_refused_before_the_stream(
    serve: Serve, body: bytes, status: int, code: str
) -> None:
    http = serve().client().http
    answer = http.post("/agui", content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert http.put("/agui").status_code == 405


def test_nothing_to_answer_is_an_error_of_the_run(serve: Serve) -> None:
    client = AguiClient(serve().client())
    assert outcome(client.run()) == "NO_NEW_MESSAGE"
    assert outcome(client.run(resume=resume("x", approved=True))) == "INVALID_ANSWER"


def test_the_agents_capabilities_are_told(serve: Serve) -> None:
    from ag_ui.core import AgentCapabilities

    http = serve().client().http
    wait_until(lambda: http.get("/healthz").json()["status"] == "ok", "the agent is loaded")
    told = AgentCapabilities.model_validate(http.get("/agui").json())
    assert told.tools is not None
    assert [tool.name for tool in told.tools.items or ()] == ["add", "launch", "die"]
    assert told.human_in_the_loop is not None
    assert told.human_in_the_loop.approve_with_edits
