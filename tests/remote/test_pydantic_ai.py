"""Against an AG-UI server that is not ours: Pydantic AI's, in an environment of its own.

``make agui`` sets it up; AGUI_PYTHON names the interpreter of another place.
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.remote.remote_session import remote_session
from tests.support.patience import PATIENCE
from tui.protocol import events
from tui.protocol.commands import Approve, CancelRun, Reject

PYTHON = Path(
    os.environ.get("AGUI_PYTHON", Path(__file__).parents[2] / ".cache" / "agui" / "bin" / "python")
)

pytestmark = pytest.mark.skipif(
    not PYTHON.exists(), reason="Pydantic AI is not installed: make agui, or set AGUI_PYTHON"
)

SERVER = """
import asyncio, sys
import uvicorn
from pydantic_ai import Agent, DeferredToolRequests
from pydantic_ai.models.function import DeltaThinkingPart, DeltaToolCall, FunctionModel
from pydantic_ai.ui.ag_ui import AGUIAdapter
from starlette.applications import Starlette
from starlette.routing import Route

async def model(messages, info):
    part = messages[-1].parts[-1]
    said = str(part.content)
    if part.part_kind != "user-prompt":
        for word in f"The tool says: {said}".split(" "):
            yield word + " "
    elif "weather" in said:
        yield {0: DeltaThinkingPart(content="They ask for the weather.")}
        yield {1: DeltaToolCall(name="weather", json_args='{"ci', tool_call_id="c1")}
        yield {1: DeltaToolCall(json_args='ty": "Hanoi"}')}
    elif "delete" in said:
        yield {0: DeltaToolCall(name="delete", json_args='{"path": "/x"}', tool_call_id="c2")}
    elif "count" in said:
        for number in range(1000):
            await asyncio.sleep(0.05)
            yield f"{number} "
    else:
        prompts = [p for m in messages for p in m.parts if p.part_kind == "user-prompt"]
        yield f"{said}, message {len(prompts)}"

agent = Agent(FunctionModel(stream_function=model), output_type=[str, DeferredToolRequests])

@agent.tool_plain
async def weather(city: str) -> str:
    await asyncio.sleep(0.3)
    return f"sunny in {city}"

@agent.tool_plain(requires_approval=True)
async def delete(path: str) -> str:
    return f"deleted {path}"

async def run(request):
    return await AGUIAdapter.dispatch_request(request, agent=agent)

app = Starlette(routes=[Route("/", run, methods=["POST"])])
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    script = tmp_path_factory.mktemp("agui") / "server.py"
    script.write_text(SERVER)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([PYTHON, script, str(port)])
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None, "the server ended"
                assert time.monotonic() < deadline, "the server does not listen"
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.kill()
        process.wait()


async def test_text_reasoning_and_a_tool(url: str) -> None:
    async with remote_session(url) as session:
        ended = await session.ask("the weather, please")
        assert ended.output.strip() == "The tool says: sunny in Hanoi"
        again = await session.ask("thanks")
        assert again.output == "thanks, message 2"
    assert "".join(one.text for one in session.of(events.ReasoningDelta)) == (
        "They ask for the weather."
    )
    (finish,) = session.of(events.ToolFinished)
    assert (finish.outcome, finish.output) == ("ok", "sunny in Hanoi")
    (row,) = session.figures.session.tools
    assert (row.quality, row.duration.n) == ("estimated", 1)
    assert row.duration.p50 > 0.2
    assert session.figures.session.ttft.n == 2
    assert session.notices == []


async def test_an_approval_with_other_arguments(url: str) -> None:
    async with remote_session(url) as session:
        session.start("delete it")
        asked = await session.wait_for(events.ApprovalRequested)
        assert asked.arguments == '{"path": "/x"}'
        session.source.send(Approve(tool_call=asked.tool_call, arguments='{"path": "/y"}'))
        ended = await session.wait_for(events.RunFinished)
    assert ended.output.strip() == "The tool says: deleted /y"


async def test_a_rejection_and_the_turn_after_it(url: str) -> None:
    async with remote_session(url) as session:
        session.start("delete it")
        asked = await session.wait_for(events.ApprovalRequested)
        session.source.send(Reject(tool_call=asked.tool_call, reason="it is mine"))
        ended = await session.wait_for(events.RunFinished)
        assert "it is mine" in ended.output
        assert session.of(events.ToolFinished)[0].outcome == "rejected"
        assert (await session.ask("and now")).output == "and now, message 2"


async def test_a_cancelled_answer_is_continued(url: str) -> None:
    async with remote_session(url) as session:
        run = session.start("count")
        await session.wait_for(events.TextDelta, 3)
        session.source.send(CancelRun(run=run))
        assert (await session.wait_for(events.RunFinished)).outcome == "cancelled"
        ended = await session.retry()
        assert ended.outcome == "ok"
        assert "cut off" in ended.output


async def test_a_question_that_was_given_up_is_declined_with_the_next_message(url: str) -> None:
    async with remote_session(url) as session:
        run = session.start("delete it")
        await session.wait_for(events.ApprovalRequested)
        session.source.send(CancelRun(run=run))
        await session.wait_for(events.RunFinished)
        ended = await session.ask("hello")
    assert ended.outcome == "ok", ended.problem
