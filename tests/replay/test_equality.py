"""A replayed session ends as the live one did: transcript, tool log and figures, letter by letter.

`tests/faults` compares the screens of every row; here all lines are compared, of a conversation
that is longer than a screen.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.dashboard.replay.replay_desk import ReplayDesk, replay_desk
from tests.dashboard.test_main_screen import Desk
from tests.support.patience import PATIENCE
from tests.support.provider import (
    Answer,
    Provide,
    RequestRecord,
    ResetAfter,
    Step,
    ToolCall,
    rate_limited,
)
from tests.support.replayed import transcript_lines
from tests.support.warm import WarmWorkers
from tui.cli.startup.launch_settings import AgentFlags, local_worker, worker_settings
from tui.core.config.settings import AppOptions, Config, Retries
from tui.core.metrics import Figures
from tui.dashboard.app import StreamTui
from tui.journal.recordings import Recording
from tui.journal.store import JournalStore
from tui.protocol.events import Event
from tui.stream.supervisor import Supervisor

AGENT = """
from agents import Agent, function_tool

@function_tool
def dig(depth: int) -> str:
    print("digging", depth)
    if depth == 3:
        raise ValueError("rock")
    return f"{depth} m of clay, đất sét 🟫"

expert = Agent(name="Expert", instructions="Know soils.")
agent = Agent(
    name="Digger",
    tools=[dig, expert.as_tool(tool_name="ask_expert", tool_description="Ask.")],
)
"""
TURNS = 6
SIZE = (150, 45)


def answered(request: RequestRecord) -> Step:
    """Every turn calls a tool; the third fails in it, the fourth breaks off, the fifth asks."""
    asked = request.last_user_text
    if "sandy" in asked:
        return Answer("Nested words of the expert 🧪.")
    number = int(asked.split()[-1]) if asked.split()[-1].isdigit() else TURNS
    if number == 5 and not request.tool_outputs:
        return Answer(tool_calls=[ToolCall("ask_expert", {"input": "Is it sandy?"})])
    if len(request.tool_outputs) < number and number != 5:
        call = ToolCall("dig", {"depth": number}, argument_pieces=3)
        return Answer("Let me look. ", tool_calls=[call], reasoning=["Hm, ", "a hole."])
    return Answer(f"## Hole {number}\n\n" + "- a *line* of clay, lớp đất sét 🟫\n" * 8)


async def met(it: Desk, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, it.text
        await it.pilot.pause(0.02)


async def settled(it: Desk) -> None:
    main = it.app.main
    await met(it, lambda: main.chat.transcript.is_settled and main.tools.is_settled)
    await it.pilot.pause()


def lines_of(it: Desk) -> tuple[list[str], list[str]]:
    """Of the whole transcript, and of the whole tool log with every row open."""
    main = it.app.main
    chat = transcript_lines(main.chat.transcript)
    log = main.tools
    for row in log.rows.rows:
        row.open = row.unfolded = True
    log.lay_out_again()
    width = log.scrollable_content_region.width
    tools = []
    for line in range(log.index.total):
        entry = log.index.entry(line)
        assert entry is not None
        tools.append(log.painter.line(*entry, log.documents, width, last=False).text)
    return chat, tools


def shown(figures: Figures) -> Figures:
    """Without the moment at which they were asked for."""
    return replace(figures, now=0, state=replace(figures.state, seconds=0.0))


@pytest.mark.parametrize("api", ["responses", "chat"])
async def test_a_long_conversation_with_failures_ends_the_same(
    api: str,
    provide: Provide,
    tmp_path: Path,
    warm_workers: WarmWorkers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provider = provide(
        rate_limited(0), Answer("cut short here", fault=ResetAfter(1)), route=answered
    )
    for name, value in warm_workers.environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "digger.py").write_text(AGENT)
    config = Config(retries=Retries(base=0.001, cap=0.01))
    flags = AgentFlags(
        agent=f"{tmp_path / 'digger.py'}:agent",
        base_url=provider.base_url,
        api=api,  # type: ignore[arg-type]
    )
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    _, *arguments = local_worker(worker_settings(flags, config))
    command = (warm_workers.environment["TEST_WORKER_PYTHON"], *arguments)
    journal = tmp_path / "journal.db"
    options = AppOptions(config=config, worker_command=command, journal=journal)
    app = StreamTui(options, Supervisor(command))
    async with app.run_test(size=SIZE) as pilot:
        it = Desk(app, pilot, [])
        await met(it, lambda: app.main.loaded and app.main.conversation.loaded is not None)
        for number in range(1, TURNS + 1):
            app.main.runs.submit(f"dig hole {number}", time.monotonic_ns())
            await met(it, lambda: bool(app.main.conversation.running))
            await met(it, lambda: not app.main.conversation.running)
        app.main.runs.submit("/no-such-command", time.monotonic_ns())
        await settled(it)
        await asyncio.to_thread(app.sessions.journal.flush)  # type: ignore[union-attr]
        recorded = stored(journal)
        live_lines, live_figures = lines_of(it), shown(app.dispatcher.figures())
    async with replay_desk(recorded, size=(SIZE[0], SIZE[1] + 1), config=config, at_end=True) as re:
        await settled(re)
        assert_same(re, live_lines, live_figures)
        # And so it does after any way there.
        await re.press("home")
        for _ in range(20):
            await re.press("right_square_bracket")
        await re.press("end")
        await settled(re)
        assert_same(re, live_lines, live_figures)


def assert_same(it: ReplayDesk, lines: tuple[list[str], list[str]], figures: Figures) -> None:
    assert shown(it.app.dispatcher.figures()) == figures
    chat, tools = lines_of(it)
    assert tools == lines[1]
    assert chat == lines[0]
    assert len(chat) > SIZE[1]
    assert any("There is no command /no-such-command" in line for line in chat)
    assert any("rock" in line for line in tools)
    assert any("digging" in line for line in tools)


def stored(journal: Path) -> list[Event]:
    (info,) = JournalStore(journal).sessions()
    return [event for batch in Recording(info.id, JournalStore(journal)) for event in batch]
