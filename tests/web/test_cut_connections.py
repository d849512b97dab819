"""Connections are cut at random moments, and every client ends with exactly the journal's events.

`make web CUTS=2000` cuts more often.
"""

import asyncio
import os
import random

from tests.support.provider import Answer, CloseAfter, Provide, RequestRecord, Step, ToolCall
from tests.web.client import Told, joined
from tests.web.conftest import Serve, Service
from tests.web.cut_client import CutClient
from tui.journal import JournalStore
from tui.protocol.events import TextDelta
from tui.web.delivery.moments import Reading
from tui.web.delivery.position import Position
from tui.web.delivery.sse import encoded
from tui.web.dialects.guide.guide_translator import GuideTranslator

CUTS = int(os.environ.get("STREAMTUI_CUTS", "150"))
CLIENTS = 6
CUTS_A_MESSAGE = 10


def answering(request: RequestRecord) -> Step:
    """Answers with tools, with reasoning, and one that breaks off and is continued."""
    seed = len(request.items) * 7 + len(request.last_user_text)
    if not request.tool_outputs and seed % 3 == 0:
        return Answer(deltas=["Let", " me", " add"], tool_calls=[ToolCall("add", {"a": 1, "b": 2})])
    deltas = [f" word{n}" for n in range(60)]
    fault = CloseAfter(20) if seed % 4 == 0 else None
    return Answer(deltas=deltas, reasoning=["I ", "think"], pace=0.002, fault=fault)


def test_every_client_ends_with_exactly_the_events_of_the_journal(
    serve: Serve, provide: Provide
) -> None:
    service = serve("--rate", "100000", "--quiet", provider=provide(route=answering))
    seed = random.randrange(1 << 30)
    cuts, got = asyncio.run(cut_often(service, seed))
    assert cuts >= CUTS, seed
    store = JournalStore(service.journal)
    client = service.client()
    for session, told in got.items():
        whole = client.events(session)
        assert joined(told) == joined(whole), (session, seed)
        assert joined(told) == joined(stored(store, session)), (session, seed)
        said = "".join(
            event.text
            for batch in store.load(session)
            for event in batch
            if isinstance(event, TextDelta)
        )
        assert said == "".join(one.data["delta"] for one in told if one.event == "text_delta")


async def cut_often(service: Service, seed: int) -> tuple[int, dict[str, list[Told]]]:
    """How many connections were cut, and what each session's client has."""
    got: dict[str, list[Told]] = {}
    sessions = [service.client().new_session() for _ in range(CLIENTS)]
    clients = [
        CutClient(service.url, service.token, random.Random(seed + n)) for n in range(CLIENTS)
    ]

    async def talk(client: CutClient, session: str) -> None:
        told = got.setdefault(session, [])
        turn = 0
        while sum(one.cuts for one in clients) < CUTS:
            turn += 1
            before = told[-1].id if told else ""
            told += await client.say(session, "x" * (turn % 5 + 1), before, CUTS_A_MESSAGE)

    async with asyncio.TaskGroup() as group:
        for client, session in zip(clients, sessions, strict=True):
            group.create_task(talk(client, session))
    return sum(one.cuts for one in clients), got


def stored(store: JournalStore, session: str) -> list[Told]:
    """The messages of the events in the journal."""
    events = [event for batch in store.load(session) for event in batch]
    translator, told = GuideTranslator(session), list[Told]()
    newest = Position()
    for moment in Reading().moments(1, events):
        for message in translator.messages(moment):
            event, part = newest
            newest = Position(moment.number, part + 1 if event == moment.number else 0)
            told.append(parsed(encoded(message, str(newest))))
    return told


def parsed(message: bytes) -> Told:
    import json

    fields = dict(line.split(": ", 1) for line in message.decode().strip().split("\n"))
    return Told(fields["id"], fields["event"], json.loads(fields["data"]))
