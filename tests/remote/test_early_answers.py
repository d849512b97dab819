"""Answers to questions that another streamtui asks before its run ends with the interrupts."""

import threading
import time
from typing import Any

import pytest

from tests.remote.agui_server import AguiServer
from tests.remote.remote_session import RemoteSession, remote_session
from tests.remote.scripts import (
    call,
    finished,
    interrupted,
    own,
    result,
    started_by_streamtui,
    text,
)
from tests.remote.test_interrupts import APPROVAL, ask, entries
from tui.protocol import events
from tui.protocol.commands import Approve, Command, Reject


def question(tool_call: str, more: int = 0) -> bytes:
    return own(
        events.ApprovalRequested(
            at=time.monotonic_ns(), run="theirs", tool_call=tool_call, name="launch",
            arguments="{}", more=more,
        )
    )  # fmt: skip


def done(*tool_calls: str) -> list[Any]:
    return [
        started_by_streamtui,
        own(events.TextDelta(at=time.monotonic_ns(), run="theirs", call="c2", attempt=1, part=0,
                             text="Ok.")),
        *(result(tool_call, "launched") for tool_call in tool_calls), *text("m2", "Ok."), finished,
    ]  # fmt: skip


def two_questions(gate: threading.Event, **fields: Any) -> list[Any]:
    """The interrupts of the questions come when the gate opens."""
    return [
        started_by_streamtui, *call("t1", "launch"), *call("t2", "launch"),
        question("t1", more=1), question("t2"), gate,
        interrupted(ask("i1", "t1", **fields), ask("i2", "t2", **fields)),
    ]  # fmt: skip


async def answer_and_open(
    session: RemoteSession, gate: threading.Event, *answers: Command
) -> events.RunFinished:
    session.start("Launch")
    await session.wait_for(events.ApprovalRequested, 2)
    for one in answers:
        assert session.source.send(one)
    gate.set()
    return await session.wait_for(events.RunFinished)


async def test_answers_are_sent_when_their_interrupts_come() -> None:
    gate = threading.Event()
    with AguiServer(two_questions(gate), done("t1", "t2")) as server:
        async with remote_session(server.url) as session:
            ended = await answer_and_open(
                session,
                gate,
                Approve(tool_call="t1", arguments='{"target": "c"}'),
                Reject(tool_call="t2", reason="not that one"),
            )
    assert (ended.outcome, ended.output) == ("ok", "Ok.")
    assert entries(server, 1) == {
        "i1": ("resolved", {"approved": True, "editedArgs": {"target": "c"}}),
        "i2": ("resolved", {"approved": False, "reason": "not that one"}),
    }
    assert len(session.of(events.ApprovalRequested)) == 2


async def test_the_first_of_two_answers_holds() -> None:
    gate = threading.Event()
    with AguiServer(two_questions(gate), done("t1", "t2")) as server:
        async with remote_session(server.url) as session:
            await answer_and_open(
                session,
                gate,
                Approve(tool_call="t1"),
                Reject(tool_call="t1"),
                Approve(tool_call="t2"),
            )
    assert [payload for _, payload in entries(server, 1).values()] == [{"approved": True}] * 2


async def test_the_run_waits_for_the_answer_that_did_not_come_early() -> None:
    gate = threading.Event()
    with AguiServer(two_questions(gate), done("t1", "t2")) as server:
        async with remote_session(server.url) as session:
            session.start("Launch")
            await session.wait_for(events.ApprovalRequested, 2)
            session.source.send(Reject(tool_call="t2"))
            gate.set()
            await until_interrupted(session)
            assert len(server.inputs) == 1
            session.source.send(Approve(tool_call="t1"))
            assert (await session.wait_for(events.RunFinished)).outcome == "ok"
    assert entries(server, 1) == {
        "i1": ("resolved", {"approved": True}),
        "i2": ("resolved", {"approved": False}),
    }


@pytest.mark.parametrize("early", [True, False])
async def test_an_answer_that_cannot_be_sent_is_asked_for_again(early: bool) -> None:
    gate = threading.Event()
    with AguiServer(two_questions(gate), done("t1", "t2")) as server:
        async with remote_session(server.url) as session:
            session.start("Launch")
            await session.wait_for(events.ApprovalRequested, 2)
            if not early:
                gate.set()
                await until_interrupted(session)
            session.source.send(Approve(tool_call="t2", arguments="{"))
            again = await session.wait_for(events.ApprovalRequested, 3)
            assert (again.tool_call, again.more) == ("t2", 0)
            assert any("not valid JSON" in line for line in session.notices)
            session.source.send(Approve(tool_call="t1"))
            session.source.send(Approve(tool_call="t2"))
            gate.set()
            assert (await session.wait_for(events.RunFinished)).outcome == "ok"
    assert [payload for _, payload in entries(server, 1).values()] == [{"approved": True}] * 2


async def test_arguments_that_cannot_be_changed_are_asked_about_again() -> None:
    gate = threading.Event()
    schema = {**APPROVAL, "properties": {"approved": {"type": "boolean"}}}
    with AguiServer(two_questions(gate, response_schema=schema), done("t1", "t2")) as server:
        async with remote_session(server.url) as session:
            session.start("Launch")
            await session.wait_for(events.ApprovalRequested, 2)
            session.source.send(Approve(tool_call="t1"))
            session.source.send(Approve(tool_call="t2", arguments='{"target": "c"}'))
            gate.set()
            assert (await session.wait_for(events.ApprovalRequested, 3)).tool_call == "t2"
            session.source.send(Approve(tool_call="t2"))
            assert (await session.wait_for(events.RunFinished)).outcome == "ok"
    assert [payload for _, payload in entries(server, 1).values()] == [{"approved": True}] * 2


async def until_interrupted(session: RemoteSession) -> None:
    """Until the interrupts of the run have been read: they are stored with the conversation."""
    await session.until(
        lambda: any(b'"interrupts"' in bytes(item) for item in session.history.take().items)
    )
