"""A plain starlette handler that forwards the deltas of a bare SDK stream: what we compare with.

python -m benchmarks.plain_service BASE_URL API: prints its address.
"""

import json
import socket
import sys
from collections.abc import AsyncIterator

import uvicorn
from agents import (
    Agent,
    Runner,
    set_default_openai_api,
    set_default_openai_client,
    set_tracing_disabled,
)
from openai import AsyncOpenAI
from openai.types.responses import ResponseTextDeltaEvent
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

AGENT = Agent(name="Bench", model="bench")


async def say(request: Request) -> StreamingResponse:
    message = (await request.json())["message"]

    async def deltas() -> AsyncIterator[bytes]:
        result = Runner.run_streamed(AGENT, message)
        async for event in result.stream_events():
            if event.type == "raw_response_event" and isinstance(
                event.data, ResponseTextDeltaEvent
            ):
                data = json.dumps({"delta": event.data.delta})
                yield f"event: text_delta\ndata: {data}\n\n".encode()
        yield b"event: response_complete\ndata: {}\n\n"

    return StreamingResponse(deltas(), media_type="text/event-stream")


def main() -> None:
    base_url, api = sys.argv[1:]
    set_default_openai_client(AsyncOpenAI(base_url=base_url, api_key="none"), use_for_tracing=False)
    set_default_openai_api("responses" if api == "responses" else "chat_completions")
    set_tracing_disabled(True)
    app = Starlette(routes=[Route("/say", say, methods=["POST"])])
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        print(f"http://127.0.0.1:{listening.getsockname()[1]}/", flush=True)
        config = uvicorn.Config(app, log_level="warning", http="h11", access_log=False)
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
