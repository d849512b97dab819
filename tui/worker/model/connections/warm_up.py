"""Makes a model call in memory, so that the first real one does not include the client's start-up.

The openai client builds its types at the first answer, which takes a quarter of a second and would
distort the time to first token. An event that lacks a field takes another path, which builds types
for half a second more; most servers other than the vendor's leave fields out. No network is used.
"""

import asyncio
import gc

import httpx2
import openai
from agents import ModelSettings, ModelTracing, OpenAIChatCompletionsModel
from agents.models.openai_responses import OpenAIResponsesModel

from tui.protocol.events import Api
from tui.worker.model.attempts.attempt_cost import load_listed
from tui.worker.model.connections.answer_types import build_types
from tui.worker.model.connections.model_facts import OFFICIAL_HOST
from tui.worker.sdk_internals.model_names import load_connection_modules

RESPONSES_STREAM = """\
data: {"type":"response.created","sequence_number":0,"response":{"id":"r","object":"response",\
"created_at":0,"model":"m","output":[],"parallel_tool_calls":true,"tool_choice":"auto","tools":[]}}

data: {"type":"response.output_item.added","output_index":0,"sequence_number":1,"item":\
{"type":"message","id":"m","role":"assistant","status":"in_progress","content":[]}}

data: {"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":0,\
"sequence_number":2,"delta":"a","logprobs":[]}

data: {"type":"response.output_text.done","item_id":"m","output_index":0,"content_index":0,\
"sequence_number":3,"text":"a","logprobs":[]}

data: {"type":"response.completed","sequence_number":4,"response":{"id":"r","object":"response",\
"created_at":0,"model":"m","output":[],"parallel_tool_calls":true,"tool_choice":"auto","tools":[],\
"status":"completed"}}

"""
SPARSE_RESPONSES_STREAM = """\
data: {"type":"response.created","response":{"id":"r","object":"response","status":"in_progress",\
"output":[],"tools":[],"tool_choice":"auto","error":null,"incomplete_details":null}}

data: {"type":"response.in_progress","response":{"id":"r","object":"response",\
"status":"in_progress"}}

data: {"type":"response.output_item.added","item":{"type":"message","id":"m","role":"assistant",\
"status":"in_progress","content":[]}}

data: {"type":"response.content_part.added","item_id":"m",\
"part":{"type":"output_text","text":""}}

data: {"type":"response.output_text.delta","item_id":"m","delta":"a"}

data: {"type":"response.output_text.done","item_id":"m","text":"a"}

data: {"type":"response.content_part.done","item_id":"m",\
"part":{"type":"output_text","text":"a"}}

data: {"type":"response.output_item.done","item":{"type":"message","id":"m","role":"assistant",\
"status":"completed","content":[{"type":"output_text","text":"a"}]}}

data: {"type":"response.completed","response":{"id":"r","object":"response","created_at":0,\
"model":"m","status":"completed","output":[{"type":"message","id":"m","role":"assistant",\
"status":"completed","content":[{"type":"output_text","text":"a"}]}],\
"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}}

"""
CHAT_STREAM = """\
data: {"id":"c","object":"chat.completion.chunk","created":0,"model":"m","choices":[{"index":0,\
"delta":{"role":"assistant","content":"a"},"finish_reason":null}]}

data: {"id":"c","object":"chat.completion.chunk","created":0,"model":"m","choices":[{"index":0,\
"delta":{},"finish_reason":"stop"}]}

data: [DONE]

"""


_warmed: set[str] = set()
"""The streams that were used already in this process."""


def warm_up_aside(api: Api, host: str) -> asyncio.Future[None]:
    """Warm up in a thread: it would block the event loop."""
    return asyncio.get_running_loop().run_in_executor(None, _prepare, api, host)


def _prepare(api: Api, host: str) -> None:
    gc.disable()
    try:
        asyncio.run(warm_up(api, host))
        if host:
            # Now, because beside the first request it would delay that one by 30 ms.
            load_listed()
        # All of it stays; a collection of it would take 70 ms in the middle of an answer.
        gc.freeze()
    finally:
        gc.enable()


async def warm_up(api: Api, host: str = "") -> None:
    """Read one made-up answer with the client and the SDK's model for this API."""
    if not api or (stream := _stream_of(api, host)) in _warmed:
        return
    _warmed.add(stream)
    load_connection_modules()
    build_types(api)
    headers = {"content-type": "text/event-stream"}
    answer = httpx2.MockTransport(
        lambda _: httpx2.Response(200, headers=headers, content=stream.encode())
    )
    async with httpx2.AsyncClient(transport=answer) as http:
        client = openai.AsyncOpenAI(api_key="none", base_url="http://memory/v1", http_client=http)
        model = OpenAIResponsesModel if api == "responses" else OpenAIChatCompletionsModel
        events = model("m", client).stream_response(
            None,
            "warm up",
            ModelSettings(),
            [],
            None,
            [],
            ModelTracing.DISABLED,
            previous_response_id=None,
            conversation_id=None,
            prompt=None,
        )
        async for _ in events:
            pass


def _stream_of(api: Api, host: str) -> str:
    if api == "chat":
        return CHAT_STREAM
    return RESPONSES_STREAM if host == OFFICIAL_HOST else SPARSE_RESPONSES_STREAM
