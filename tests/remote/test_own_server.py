"""The dashboard's source against ``streamtui serve``: everything arrives, with all figures."""

import asyncio
import base64

from tests.remote.remote_session import remote_session
from tests.support.provider import Answer, Provide, ToolCall, Usage
from tests.web.conftest import Serve
from tests.worker.picture_agents import PICTURE
from tui.protocol import events
from tui.protocol.attached_files import attached
from tui.protocol.commands import Approve, CancelRun, Reject


async def test_figures_are_those_of_the_server(serve: Serve, provide: Provide) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 2})], usage=Usage(50, 7)),
        Answer("It is three, as far as I can tell.", usage=Usage(60, 9), pace=0.01),
        Answer("Yes."),
    )
    service = serve(provider=provider)
    async with remote_session(f"{service.url}/agui", token=service.token or "") as session:
        ended = await session.ask("Add 1 and 2")
        assert ended.outcome == "ok"
        figures = session.figures
        loaded = session.of(events.AgentLoaded)[-1]
        assert (loaded.agent, {tool.name for tool in loaded.tools}) == (
            "Tester", {"add", "launch", "die"},
        )  # fmt: skip
        await session.ask("Sure?")
        assert len(session.of(events.AgentLoaded)) == 2
    assert figures.turn is not None
    assert (figures.turn.attempts, figures.turn.tools) == (2, 1)
    tokens = figures.turn.tokens
    assert (tokens.input.value, tokens.output.value) == (110, 16)
    assert {tokens.input.quality, tokens.output.quality} == {"measured"}
    assert figures.model
    (row,) = figures.session.tools
    assert (row.name, row.calls, row.quality) == ("add", 1, "measured")
    assert figures.session.ttft.n == 2
    assert not any(one.inferred for one in session.of(events.ModelCallStarted))
    assert [one.text for one in session.of(events.Noticed)] == []
    assert session.said.startswith("It is three")
    texts = [str(item) for item in provider.requests[-1].items]
    assert sum("Add 1 and 2" in text for text in texts) == 1


async def test_approvals_are_asked_here_and_run_there(serve: Serve, provide: Provide) -> None:
    provider = provide(
        Answer(
            tool_calls=[ToolCall("launch", {"target": "a"}), ToolCall("launch", {"target": "b"})]
        ),
        Answer("One was launched."),
    )
    service = serve(provider=provider)
    async with remote_session(f"{service.url}/agui", token=service.token or "") as session:
        session.start("Launch")
        await session.wait_for(events.ApprovalRequested, 2)
        one, two = (each.tool_call for each in session.of(events.ApprovalRequested))
        session.source.send(Approve(tool_call=one, arguments='{"target": "c"}'))
        session.source.send(Reject(tool_call=two, reason="not that one"))
        ended = await session.wait_for(events.RunFinished)
    assert (ended.outcome, ended.output) == ("ok", "One was launched.")
    outputs = {each.outcome: each.output for each in session.of(events.ToolFinished)}
    assert outputs["ok"] == "launched at c"
    assert "not that one" in str(provider.requests[1].tool_outputs)
    assert "rejected" in outputs
    assert session.conversation.open_things == ()
    assert len(session.of(events.ApprovalRequested)) == 2


async def test_always_is_known_to_the_server_too(serve: Serve, provide: Provide) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("launch", {"target": "a"})]),
        Answer(tool_calls=[ToolCall("launch", {"target": "b"})]),
        Answer("Both were launched."),
        Answer(tool_calls=[ToolCall("launch", {"target": "c"})]),
        Answer("And the third."),
    )
    service = serve(provider=provider)
    async with remote_session(f"{service.url}/agui", token=service.token or "") as session:
        session.start("Launch")
        asked = await session.wait_for(events.ApprovalRequested)
        session.source.send(Approve(tool_call=asked.tool_call, always=True))
        assert (await session.wait_for(events.RunFinished)).output == "Both were launched."
        assert (await session.ask("One more")).output == "And the third."
        outputs = [each.output for each in session.of(events.ToolFinished)]
    assert outputs == [f"launched at {target}" for target in "abc"]
    assert len(session.of(events.ApprovalRequested)) == 1
    answered = session.of(events.ApprovalAnswered)
    assert answered[0].always
    assert session.notices == []
    client = service.client()
    (thread,) = client.http.get("/sessions").json()["sessions"]
    told = client.events(thread["id"])
    assert len([one for one in told if one.event == "approval_required"]) == 1


async def test_cancelling_here_cancels_there(serve: Serve, provide: Provide) -> None:
    provider = provide(
        Answer("one two three four five six seven eight", pace=0.2), Answer("and nine.")
    )
    service = serve(provider=provider)
    async with remote_session(f"{service.url}/agui", token=service.token or "") as session:
        run = session.start("Count")
        await session.wait_for(events.TextDelta, 2)
        session.source.send(CancelRun(run=run))
        assert (await session.wait_for(events.RunFinished)).outcome == "cancelled"
        await asyncio.to_thread(
            provider.wait_until, lambda: provider.requests[0].client_closed_at is not None
        )
        assert (await session.retry()).outcome == "ok"
    assert session.conversation.open_things == ()
    texts = [str(item) for item in provider.requests[-1].items]
    assert any("one" in text for text in texts)


async def test_pictures_pdfs_and_texts_arrive_at_the_servers_model(
    serve: Serve, provide: Provide
) -> None:
    provider = provide(Answer("Seen."))
    service = serve(provider=provider)
    files = {"red.png": PICTURE, "a.pdf": b"%PDF-1.4 little", "notes.txt": "chào".encode()}
    images = tuple(attached(name, data) for name, data in files.items())
    async with remote_session(f"{service.url}/agui", token=service.token or "") as session:
        session.start("Look", images)
        ended = await session.wait_for(events.RunFinished)
    assert ended.output == "Seen.", ended.problem
    (message,) = [one for one in provider.requests[0].items if one.get("role") == "user"]
    said = str(message["content"])
    assert base64.b64encode(PICTURE).decode() in said
    assert "input_image" in said
    assert base64.b64encode(files["a.pdf"]).decode() in said
    assert "input_file" in said
    assert "Attached file: notes.txt" in said
    assert "chào" in said
    assert provider.problems == []


async def test_a_wrong_token_is_refused_in_words(serve: Serve) -> None:
    service = serve()
    async with remote_session(f"{service.url}/agui", token="wrong-wrong-wrong-wrong") as session:
        ended = await session.ask("Hi")
    assert ended.problem is not None
    assert ended.problem.kind == "auth"
    assert "STREAMTUI_TOKEN" in ended.problem.advice
