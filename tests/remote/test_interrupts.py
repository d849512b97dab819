"""Interrupts: all of them are answered, then the run resumes."""

from typing import Any

import pytest
from ag_ui.core import Interrupt, ResumeEntry

from tests.remote.agui_server import CUT, AguiServer, Refusal
from tests.remote.remote_session import RemoteSession, remote_session
from tests.remote.scripts import answer, call, finished, interrupted, result, started, text
from tui.protocol import events
from tui.protocol.commands import Approve, CancelRun, Reject

APPROVAL: dict[str, Any] = {
    "type": "object",
    "properties": {
        "approved": {"type": "boolean"},
        "editedArgs": {"type": "object"},
        "reason": {"type": "string"},
    },
    "required": ["approved"],
}


def ask(name: str, tool_call: str, **fields: Any) -> Interrupt:
    given = {"response_schema": APPROVAL, "message": f"May I {tool_call}?", **fields}
    return Interrupt(id=name, reason="tool_call", tool_call_id=tool_call, **given)


TWO = [
    started, *text("m1", "I need two things."),
    *call("t1", "delete", "m1", path="/x"), *call("t2", "send", "m1", to="a"),
    interrupted(ask("i1", "t1"), ask("i2", "t2")),
]  # fmt: skip
DONE = [started, result("t1", "deleted"), result("t2", "not sent"), *text("m2", "Ok."), finished]


def entries(server: AguiServer, number: int) -> dict[str, tuple[str, Any]]:
    resume = server.inputs[number].resume or []
    return {one.interrupt_id: (one.status, one.payload) for one in resume}


async def asked(session: RemoteSession, count: int = 2) -> None:
    await session.wait_for(events.ApprovalRequested, count)


async def test_both_are_answered_and_then_one_resume_is_sent() -> None:
    with AguiServer(TWO, DONE) as server:
        async with remote_session(server.url) as session:
            session.start("Do it")
            await asked(session)
            session.source.send(Approve(tool_call="t1"))
            await session.wait_for(events.ApprovalAnswered)
            assert len(server.inputs) == 1
            session.source.send(Reject(tool_call="t2", reason="not now"))
            ended = await session.wait_for(events.RunFinished)
    assert (ended.outcome, ended.output) == ("ok", "Ok.")
    assert entries(server, 1) == {
        "i1": ("resolved", {"approved": True}),
        "i2": ("resolved", {"approved": False, "reason": "not now"}),
    }
    assert server.inputs[0].thread_id == server.inputs[1].thread_id
    outcomes = {one.tool_call: one.outcome for one in session.of(events.ToolFinished)}
    assert outcomes == {"t1": "ok", "t2": "rejected"}
    assert server.problems == []
    rows = {row.name: row for row in session.figures.session.tools}
    assert (rows["delete"].calls, rows["delete"].duration.n) == (1, 1)
    assert session.figures.turn is not None
    assert session.figures.turn.parts.approval > 0


async def test_edited_arguments_replace_those_of_the_model() -> None:
    with AguiServer([started, *call("t1", "delete"), interrupted(ask("i1", "t1"))], DONE) as server:
        async with remote_session(server.url) as session:
            session.start("Do it")
            await asked(session, 1)
            session.source.send(Approve(tool_call="t1", arguments='{"path": "/y"}'))
            await session.wait_for(events.RunFinished)
    assert entries(server, 1) == {
        "i1": ("resolved", {"approved": True, "editedArgs": {"path": "/y"}})
    }


async def test_always_answers_the_next_one_of_this_tool() -> None:
    one = [started, *call("t1", "delete"), interrupted(ask("i1", "t1"))]
    again = [started, result("t1", "ok"), *call("t2", "delete"), interrupted(ask("i2", "t2"))]
    with AguiServer(one, again, DONE) as server:
        async with remote_session(server.url) as session:
            session.start("Do it")
            await asked(session, 1)
            session.source.send(Approve(tool_call="t1", always=True))
            await session.wait_for(events.RunFinished)
    assert entries(server, 2) == {"i2": ("resolved", {"approved": True})}
    assert len(session.of(events.ApprovalRequested)) == 1


async def test_a_confirmation_without_a_tool_is_a_question_too() -> None:
    question = Interrupt(id="i1", reason="confirmation", message="Shall I go on?",
                         response_schema={"type": "boolean"})  # fmt: skip
    with AguiServer([started, interrupted(question)], answer("Going on.")) as server:
        async with remote_session(server.url) as session:
            session.start("Do it")
            request = await session.wait_for(events.ApprovalRequested)
            assert request.arguments == "Shall I go on?"
            session.source.send(Approve(tool_call=request.tool_call))
            assert (await session.wait_for(events.RunFinished)).outcome == "ok"
    assert entries(server, 1) == {"i1": ("resolved", True)}


FORM = Interrupt(
    id="form", reason="input_required", message="Which quarter?",
    response_schema={
        "type": "object", "required": ["quarter", "year"],
        "properties": {"quarter": {"type": "string"}, "year": {"type": "integer"}},
    },
)  # fmt: skip


async def test_a_form_is_answered_by_the_next_message() -> None:
    with AguiServer([started, interrupted(FORM)], answer("Thanks.")) as server:
        async with remote_session(server.url) as session:
            assert (await session.ask("File it")).outcome == "ok"
            assert any("Which quarter?" in line for line in session.notices)
            wrong = await session.ask("the first")
            assert wrong.problem is not None
            assert '"year": integer' in wrong.problem.message
            assert not wrong.kept
            assert len(server.inputs) == 1
            assert (await session.ask('{"quarter": "Q1", "year": 2026}')).output == "Thanks."
    assert entries(server, 1) == {"form": ("resolved", {"quarter": "Q1", "year": 2026})}


@pytest.mark.parametrize("restored", [False, True])
async def test_a_form_can_be_declined_in_a_later_session_too(restored: bool) -> None:
    with AguiServer([started, interrupted(FORM)], answer("Fine.")) as server:
        async with remote_session(server.url) as session:
            await session.ask("File it")
            if not restored:
                await session.ask("cancel")
        if restored:
            async with remote_session(server.url) as other:
                other.source.restore(session.history)
                await other.ask("cancel")
    assert entries(server, 1) == {"form": ("cancelled", None)}
    assert server.inputs[0].thread_id == server.inputs[1].thread_id


async def test_a_cancelled_question_is_asked_again_by_retry_and_declined_by_a_message() -> None:
    with AguiServer(TWO, DONE, answer("Next.")) as server:
        async with remote_session(server.url) as session:
            run = session.start("Do it")
            await asked(session)
            session.source.send(Approve(tool_call="t1"))
            session.source.send(CancelRun(run=run))
            await session.wait_for(events.RunFinished)
            session.source.send(Approve(tool_call="t2"))
            await session.ask("Never mind")
    assert entries(server, 1) == {
        "i1": ("resolved", {"approved": True}), "i2": ("cancelled", None),
    }  # fmt: skip


async def test_a_resume_that_did_not_arrive_is_sent_again() -> None:
    with AguiServer(TWO, Refusal(503), [CUT], DONE) as server:
        async with remote_session(server.url) as session:
            session.start("Do it")
            await asked(session)
            for tool_call in ("t1", "t2"):
                session.source.send(Approve(tool_call=tool_call))
            assert (await session.wait_for(events.RunFinished)).outcome == "ok"
    assert entries(server, 1) == entries(server, 2) == entries(server, 3)
    assert all(isinstance(one, ResumeEntry) for one in server.inputs[3].resume or [])


async def test_a_question_that_has_expired_is_not_answered() -> None:
    late = ask("i1", "t1", expires_at="2020-01-01T00:00:00Z")
    with AguiServer([started, *call("t1", "delete"), interrupted(late)], DONE) as server:
        async with remote_session(server.url) as session:
            session.start("Do it")
            await asked(session, 1)
            session.source.send(Approve(tool_call="t1"))
            await session.wait_for(events.RunFinished)
    assert entries(server, 1) == {"i1": ("cancelled", None)}
    assert any("expired" in line for line in session.notices)
