"""The provider's answers as the real openai client reads them, on both APIs."""

import aiohttp
import pytest

from tests.support.provider import (
    UNKNOWN_EVENT,
    Answer,
    Gate,
    Provide,
    ToolCall,
    Usage,
    Wire,
    per_second,
)
from tests.support.provider.openai_client import (
    chat_chunks,
    client_of,
    content_of,
    final_of,
    responses_events,
    text_of,
)

RICH = Answer(
    "Xin chào, thế giới 👋🏽",
    reasoning=["Greet", " them"],
    tool_calls=[ToolCall("roll", {"sides": 20}), ToolCall("flip", id="call_mine")],
    usage=Usage(input=100, output=50, cached=80, reasoning=20),
)


async def test_responses_stream_opens_and_closes_every_item_and_part(provide: Provide) -> None:
    events = await responses_events(provide(RICH))
    types = [event.type for event in events]
    assert types[:2] == ["response.created", "response.in_progress"]
    assert types[-1] == "response.completed"
    assert (
        types.count("response.output_item.added") == types.count("response.output_item.done") == 4
    )
    assert [event.sequence_number for event in events] == list(range(len(events)))
    deltas = [kind for kind in types if kind.endswith(".delta")]
    assert deltas == sorted(
        deltas,
        key=[
            "response.reasoning_summary_text.delta",
            "response.output_text.delta",
            "response.function_call_arguments.delta",
        ].index,
    )


async def test_responses_stream_adds_up_to_the_completed_response(provide: Provide) -> None:
    events = await responses_events(provide(RICH))
    final = final_of(events)
    assert text_of(events) == final.output_text == RICH.text
    done = [event.item for event in events if event.type == "response.output_item.done"]
    assert done == final.output
    calls = [item for item in final.output if item.type == "function_call"]
    assert [(call.name, call.arguments) for call in calls] == [
        ("roll", '{"sides": 20}'),
        ("flip", "{}"),
    ]
    assert calls[1].call_id == "call_mine"
    arguments = "".join(
        event.delta for event in events if event.type == "response.function_call_arguments.delta"
    )
    assert arguments == '{"sides": 20}{}'


async def test_responses_usage_has_its_details(provide: Provide) -> None:
    usage = final_of(await responses_events(provide(RICH))).usage
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens, usage.total_tokens) == (100, 50, 150)
    assert usage.input_tokens_details.cached_tokens == 80
    assert usage.output_tokens_details.reasoning_tokens == 20


async def test_chat_stream_carries_every_kind_of_delta(provide: Provide) -> None:
    chunks = await chat_chunks(provide(RICH))
    choices = [chunk.choices[0] for chunk in chunks if chunk.choices]
    assert choices[0].delta.role == "assistant"
    assert content_of(chunks) == RICH.text
    reasoning = [(choice.delta.model_extra or {}).get("reasoning_content") for choice in choices]
    assert [piece for piece in reasoning if piece] == RICH.reasoning
    assert [choice.finish_reason for choice in choices if choice.finish_reason] == ["tool_calls"]
    calls = [call for choice in choices for call in choice.delta.tool_calls or []]
    arguments = {0: "", 1: ""}
    for call in calls:
        assert call.function is not None
        arguments[call.index] += call.function.arguments or ""
    assert arguments == {0: '{"sides": 20}', 1: "{}"}
    assert [call.id for call in calls if call.id] == ["call_0001_0", "call_mine"]


async def test_chat_usage_comes_last_in_a_chunk_without_choices(provide: Provide) -> None:
    last = (await chat_chunks(provide(RICH)))[-1]
    assert last.choices == []
    assert last.usage is not None
    assert (last.usage.prompt_tokens, last.usage.completion_tokens) == (100, 50)
    assert last.usage.prompt_tokens_details is not None
    assert last.usage.prompt_tokens_details.cached_tokens == 80


async def test_chat_usage_is_sent_only_when_asked_for(provide: Provide) -> None:
    async with client_of(provide(Answer("hi"))) as client:
        stream = await client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "hello"}], stream=True
        )
        chunks = [chunk async for chunk in stream]
    assert all(chunk.usage is None for chunk in chunks)
    assert chunks[-1].choices[0].finish_reason == "stop"


async def test_unstreamed_answers_have_the_same_content(provide: Provide) -> None:
    async with client_of(provide(RICH, RICH)) as client:
        response = await client.responses.create(model="m", input="hello")
        completion = await client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "hello"}]
        )
    assert response.output_text == completion.choices[0].message.content == RICH.text
    assert [item.type for item in response.output] == [
        "reasoning",
        "message",
        "function_call",
        "function_call",
    ]
    calls = completion.choices[0].message.tool_calls
    assert calls is not None
    assert [call.id for call in calls] == ["call_0002_0", "call_mine"]


async def test_refusals_stream_on_both_apis(provide: Provide) -> None:
    provider = provide(Answer(refusal="I cannot help with that"), repeat=True)
    events = await responses_events(provider)
    streamed = "".join(event.delta for event in events if event.type == "response.refusal.delta")
    chunks = await chat_chunks(provider)
    in_chat = "".join(chunk.choices[0].delta.refusal or "" for chunk in chunks if chunk.choices)
    assert streamed == in_chat == "I cannot help with that"


async def test_reasoning_text_is_the_other_form_of_reasoning(provide: Provide) -> None:
    answer = Answer("ok", reasoning=["a", "b"], reasoning_form="text")
    events = await responses_events(provide(answer))
    deltas = [event.delta for event in events if event.type == "response.reasoning_text.delta"]
    assert deltas == ["a", "b"]
    item = final_of(events).output[0]
    assert item.type == "reasoning"
    assert item.content is not None
    assert item.content[0].text == "ab"


async def test_sparse_streams_leave_out_numbers_and_indexes(provide: Provide) -> None:
    provider = provide(Answer("hello there", wire=Wire(sparse=True)), repeat=True)
    events = await responses_events(provider)
    assert text_of(events) == "hello there"
    assert not any("sequence_number" in event.model_fields_set for event in events)
    assert not any("output_index" in event.model_fields_set for event in events)
    usage = (await chat_chunks(provider))[-1].usage
    assert usage is not None
    assert usage.prompt_tokens_details is None


@pytest.mark.parametrize(
    "wire",
    [Wire(crlf=True), Wire(gzip=True), Wire(chunk_bytes=1), Wire(crlf=True, chunk_bytes=7)],
    ids=["crlf", "gzip", "one byte per chunk", "crlf cut anywhere"],
)
async def test_the_text_is_the_same_in_every_encoding(provide: Provide, wire: Wire) -> None:
    provider = provide(Answer("naïve 日本語 👩‍👩‍👧", wire=wire), repeat=True)
    assert text_of(await responses_events(provider)) == "naïve 日本語 👩‍👩‍👧"
    assert content_of(await chat_chunks(provider)) == "naïve 日本語 👩‍👩‍👧"


async def test_sent_order_repeats_and_swaps_deltas_and_keeps_the_final_text(
    provide: Provide,
) -> None:
    answer = Answer(deltas=["a", "b", "c"], sent_order=[0, 2, 1, 1])
    events = await responses_events(provide(answer))
    assert text_of(events) == "acbb"
    assert final_of(events).output_text == "abc"


async def test_missing_usage_is_missing(provide: Provide) -> None:
    provider = provide(Answer("hi", usage=None), repeat=True)
    assert final_of(await responses_events(provider)).usage is None
    chunks = await chat_chunks(provider)
    assert content_of(chunks) == "hi"
    assert all(chunk.usage is None for chunk in chunks)


async def test_unknown_events_arrive_between_the_deltas(provide: Provide) -> None:
    answer = Answer(deltas=["a", "b"], inserts={1: UNKNOWN_EVENT})
    events = await responses_events(provide(answer))
    assert text_of(events) == "ab"
    assert [str(event.type) for event in events].count("response.from_the_future") == 1


async def test_a_gate_holds_the_rest_until_it_is_opened(provide: Provide) -> None:
    gate = Gate()
    provider = provide(Answer(deltas=["a", "b", "c"], gates={2: gate}))
    async with client_of(provider) as client:
        stream = await client.responses.create(model="m", input="hello", stream=True)
        seen = ""
        async for event in stream:
            if event.type != "response.output_text.delta":
                continue
            seen += event.delta
            if seen == "ab":
                assert len(provider.requests[0].delta_times) == 2
                gate.open()
    assert seen == "abc"


async def test_paced_deltas_are_sent_no_earlier_than_they_are_due(provide: Provide) -> None:
    answer = Answer(deltas=["x"] * 50, pace=per_second(1000), first_after=0.02)
    provider = provide(answer)
    await responses_events(provider)
    request = provider.requests[0]
    assert len(request.delta_times) == 50
    assert request.delta_times[0] - request.arrived_at >= 20_000_000
    assert request.delta_times[-1] - request.arrived_at >= 20_000_000 + 49 * 1_000_000


async def test_models_are_listed(provide: Provide) -> None:
    async with client_of(provide()) as client:
        assert [model.id async for model in await client.models.list()] == ["scripted"]


async def test_twenty_thousand_deltas_all_arrive(provide: Provide) -> None:
    provider = provide(Answer(deltas=["word "] * 20_000))
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{provider.base_url}/responses", json={"stream": True}) as response,
    ):
        body = await response.read()
    assert body.count(b"response.output_text.delta\n") == 20_000
    assert len(provider.requests[0].delta_times) == 20_000
