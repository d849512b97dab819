"""Each fault of the provider, as the real openai client experiences it."""

import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

import openai
import pytest
from openai.types.responses import ResponseStreamEvent

from tests.support.provider import (
    Answer,
    CloseAfter,
    CommentsAfter,
    EmptyStream,
    ErrorEventAfter,
    FailAfter,
    GarbageAfter,
    HttpError,
    IncompleteAfter,
    Page,
    Provide,
    Provider,
    ResetAfter,
    ResetBeforeHeaders,
    Silence,
    StallAfter,
    Step,
    ToolCall,
    Wire,
    context_too_long,
    invalid_key,
    model_not_found,
    quota_exhausted,
    rate_limited,
    server_error,
)
from tests.support.provider.faults import Fault
from tests.support.provider.openai_client import (
    chat_chunks,
    client_of,
    content_of,
    responses_events,
)

PIECES = ["one ", "two ", "three ", "four "]


@dataclass(slots=True)
class Reading:
    """What a client received before the stream ended or broke."""

    text: str = ""
    last_type: str = ""
    error: Exception | None = None


async def _texts(provider: Provider, api: str) -> AsyncGenerator[tuple[str, str], None]:
    async with client_of(provider) as client:
        if api == "responses":
            async for event in await client.responses.create(model="m", input="x", stream=True):
                delta = event.delta if event.type == "response.output_text.delta" else ""
                yield event.type, delta
            return
        stream = await client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "x"}], stream=True
        )
        async for chunk in stream:
            yield chunk.choices[0].finish_reason or "", chunk.choices[0].delta.content or ""


async def read(provider: Provider, api: str) -> Reading:
    """Read to the end, and keep what came before an error."""
    reading = Reading()
    try:
        async for kind, text in _texts(provider, api):
            reading.text += text
            reading.last_type = kind
    except (openai.OpenAIError, ValueError) as error:
        reading.error = error
    return reading


both_apis = pytest.mark.parametrize("api", ["responses", "chat"])


@both_apis
@pytest.mark.parametrize("after", [0, 1, 3, 4])
async def test_a_reset_comes_after_the_given_number_of_deltas(
    provide: Provide, api: str, after: int
) -> None:
    provider = provide(Answer(deltas=PIECES, fault=ResetAfter(after)))
    reading = await read(provider, api)
    assert reading.text == "".join(PIECES[:after])
    assert isinstance(reading.error, openai.APIConnectionError)
    assert "reset" in str(_root(reading.error)).lower()
    assert provider.requests[0].client_closed_at is None


def _root(error: BaseException) -> BaseException:
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return error


@both_apis
async def test_no_delta_before_a_reset_is_lost_at_full_speed(provide: Provide, api: str) -> None:
    provider = provide(Answer(deltas=["word "] * 3000, fault=ResetAfter(2500)))
    reading = await read(provider, api)
    assert reading.text.count("word ") == 2500
    assert isinstance(reading.error, openai.APIConnectionError)


@both_apis
async def test_a_truncated_chunk_is_a_connection_error(provide: Provide, api: str) -> None:
    fault = CloseAfter(2, truncated=True)
    reading = await read(provide(Answer(deltas=PIECES, fault=fault)), api)
    assert reading.text == "one two "
    assert isinstance(reading.error, openai.APIConnectionError)


@both_apis
@pytest.mark.parametrize(("after", "text"), [(2, "one two "), (None, "one two three four ")])
async def test_a_clean_close_sends_no_terminal_event(
    provide: Provide, api: str, after: int | None, text: str
) -> None:
    reading = await read(provide(Answer(deltas=PIECES, fault=CloseAfter(after))), api)
    assert reading.error is None
    assert reading.text == text
    assert reading.last_type == ("response.output_text.delta" if api == "responses" else "")


@both_apis
@pytest.mark.parametrize("fault", [StallAfter(2), CommentsAfter(2, every=0.001)])
async def test_a_stalled_answer_ends_when_the_client_disconnects(
    provide: Provide, api: str, fault: StallAfter | CommentsAfter
) -> None:
    provider = provide(Answer(deltas=PIECES, fault=fault))
    texts = _texts(provider, api)
    text = ""
    while text != "one two ":
        text += (await anext(texts))[1]
    request = provider.requests[0]
    assert request.finished_at is None
    await texts.aclose()
    await provider.until(lambda: request.client_closed_at is not None)
    assert len(request.delta_times) == 2


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (GarbageAfter(2, "json"), json.JSONDecodeError),
        (GarbageAfter(2, "utf8"), UnicodeDecodeError),
        (GarbageAfter(2, "gzip"), openai.APIConnectionError),
    ],
    ids=["json", "utf8", "gzip"],
)
async def test_garbage_breaks_the_stream_after_the_given_number_of_deltas(
    provide: Provide, fault: GarbageAfter, error: type[Exception]
) -> None:
    wire = Wire(gzip=fault.kind == "gzip")
    reading = await read(provide(Answer(deltas=PIECES, fault=fault, wire=wire)), "responses")
    assert reading.text == "one two "
    assert isinstance(reading.error, error)


async def test_response_failed_contains_the_error(provide: Provide) -> None:
    fault = FailAfter(2, code="rate_limit_exceeded", message="slow down")
    events = await responses_events(provide(Answer(deltas=PIECES, fault=fault)))
    last = events[-1]
    assert last.type == "response.failed"
    assert last.response.error is not None
    assert (last.response.error.code, last.response.error.message) == (
        "rate_limit_exceeded",
        "slow down",
    )
    assert _sequence(events) == list(range(len(events)))


def _sequence(events: Sequence[ResponseStreamEvent]) -> list[int]:
    return [event.sequence_number for event in events]


async def test_an_error_event_follows_the_deltas(provide: Provide) -> None:
    provider = provide(Answer(deltas=PIECES, fault=ErrorEventAfter(2, message="overloaded")))
    reading = await read(provider, "responses")
    assert reading.text == "one two "
    assert (reading.last_type, reading.error) == ("error", None)


@both_apis
async def test_a_bare_error_object_is_an_api_error(provide: Provide, api: str) -> None:
    fault = ErrorEventAfter(2, message="overloaded", bare=True)
    reading = await read(provide(Answer(deltas=PIECES, fault=fault)), api)
    assert reading.text == "one two "
    assert isinstance(reading.error, openai.APIError)
    assert "overloaded" in str(reading.error)


@pytest.mark.parametrize(
    ("reason", "finish"),
    [("max_output_tokens", "length"), ("content_filter", "content_filter")],
)
async def test_an_incomplete_answer_has_a_regular_end(
    provide: Provide, reason: str, finish: str
) -> None:
    fault = IncompleteAfter(2, reason)  # type: ignore[arg-type]
    provider = provide(Answer(deltas=PIECES, fault=fault), repeat=True)
    last = (await responses_events(provider))[-1]
    assert last.type == "response.incomplete"
    assert last.response.incomplete_details is not None
    assert last.response.incomplete_details.reason == reason
    assert last.response.output_text == "one two "
    chunks = await chat_chunks(provider)
    assert content_of(chunks) == "one two "
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == finish


async def test_tool_arguments_can_be_cut_at_the_token_limit(provide: Provide) -> None:
    call = ToolCall("roll", {"sides": 20}, argument_pieces=4)
    answer = Answer(tool_calls=[call], fault=IncompleteAfter(2))
    last = (await responses_events(provide(answer)))[-1]
    assert last.type == "response.incomplete"
    item = last.response.output[0]
    assert item.type == "function_call"
    assert item.arguments == '{"sides"'
    assert item.status == "incomplete"


@both_apis
@pytest.mark.parametrize(
    ("step", "error"),
    [
        (rate_limited(30), openai.RateLimitError),
        (quota_exhausted(), openai.RateLimitError),
        (invalid_key(), openai.AuthenticationError),
        (model_not_found(), openai.NotFoundError),
        (context_too_long(), openai.BadRequestError),
        (server_error(500), openai.InternalServerError),
        (server_error(529), openai.InternalServerError),
        (HttpError(status=409), openai.ConflictError),
        (ResetBeforeHeaders(), openai.APIConnectionError),
    ],
    ids=lambda value: getattr(value, "code", None) or str(getattr(value, "status", "")),
)
async def test_http_errors_raise_the_clients_matching_errors(
    provide: Provide, api: str, step: Step, error: type[Exception]
) -> None:
    assert isinstance((await read(provide(step), api)).error, error)


async def test_rate_limits_have_a_retry_after_header(provide: Provide) -> None:
    error = (await read(provide(rate_limited(30)), "responses")).error
    assert isinstance(error, openai.RateLimitError)
    assert error.response.headers["retry-after"] == "30"
    assert error.code == "rate_limit_exceeded"
    assert error.request_id == "req_0001"


async def test_a_wrong_key_is_echoed(provide: Provide) -> None:
    reading = await read(provide(invalid_key()), "responses")
    assert "sk-test" in str(reading.error)


@both_apis
async def test_an_empty_stream_and_a_page_have_no_events(provide: Provide, api: str) -> None:
    provider = provide(EmptyStream(), Page())
    assert await read(provider, api) == Reading()
    assert await read(provider, api) == Reading()
    assert len(provider.requests) == 2


async def test_silence_lasts_until_the_client_times_out(provide: Provide) -> None:
    provider = provide(Silence())
    async with client_of(provider).with_options(timeout=0.05) as client:
        with pytest.raises(openai.APITimeoutError):
            await client.responses.create(model="m", input="x", stream=True)
        await provider.until(lambda: provider.requests[0].client_closed_at is not None)


async def test_an_exhausted_script_answers_with_an_error(provide: Provide) -> None:
    error = (await read(provide(), "responses")).error
    assert isinstance(error, openai.BadRequestError)
    assert "exhausted" in str(error)


@both_apis
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (ResetAfter(1), openai.APIConnectionError),
        (CloseAfter(1), openai.APIConnectionError),
        (GarbageAfter(1), json.JSONDecodeError),
        (FailAfter(1), openai.InternalServerError),
        (ErrorEventAfter(1), openai.InternalServerError),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_faults_also_break_an_unstreamed_answer(
    provide: Provide, api: str, fault: Fault, error: type[Exception]
) -> None:
    provider = provide(Answer(deltas=PIECES, fault=fault))
    with pytest.raises(error):
        await whole_answer(provider, api)
    assert len(provider.requests) == 1


async def whole_answer(provider: Provider, api: str) -> object:
    async with client_of(provider) as client:
        if api == "responses":
            return await client.responses.create(model="m", input="x")
        return await client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "x"}]
        )


def test_a_port_in_use_is_an_error(provide: Provide) -> None:
    taken = provide()
    with pytest.raises(OSError, match="address already in use"):
        Provider(port=taken.port).start()
