"""Reading from the provider with the real openai client, for tests of the provider itself."""

from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent

from tests.support.provider.loopback import LoopbackServer


def client_of(provider: LoopbackServer) -> AsyncOpenAI:
    return AsyncOpenAI(base_url=provider.base_url, api_key="sk-test", max_retries=0)


async def responses_events(provider: LoopbackServer) -> list[ResponseStreamEvent]:
    async with client_of(provider) as client:
        stream = await client.responses.create(model="m", input="hello", stream=True)
        return [event async for event in stream]


async def chat_chunks(provider: LoopbackServer) -> list[ChatCompletionChunk]:
    async with client_of(provider) as client:
        stream = await client.chat.completions.create(
            model="m",
            messages=[{"role": "user", "content": "hello"}],
            stream=True,
            stream_options={"include_usage": True},
        )
        return [chunk async for chunk in stream]


def text_of(events: list[ResponseStreamEvent]) -> str:
    return "".join(event.delta for event in events if event.type == "response.output_text.delta")


def final_of(events: list[ResponseStreamEvent]) -> Response:
    final = events[-1]
    assert final.type == "response.completed"
    return final.response


def content_of(chunks: list[ChatCompletionChunk]) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
