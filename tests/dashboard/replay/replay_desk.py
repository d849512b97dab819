"""The dashboard of a replay without a terminal, whose clock a test moves."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from tests.dashboard.test_main_screen import Desk
from tests.support.replayed import transcript_lines
from tui.core.config.settings import Config
from tui.dashboard.replay.replay_app import ReplayTui, replay_options
from tui.protocol import events
from tui.protocol.events import Event
from tui.replay.player import Player
from tui.replay.tape import tape_of

SECOND = 1_000_000_000


class Hands:
    """A clock that stands until it is moved; in ns."""

    def __init__(self) -> None:
        self.at = 0

    def __call__(self) -> int:
        return self.at


class ReplayDesk(Desk):
    """``play`` lets so many seconds pass."""

    app: ReplayTui

    def __init__(self, app: ReplayTui, pilot: Pilot[int], player: Player, hands: Hands) -> None:
        super().__init__(app, pilot, [])
        self.player = player
        self.hands = hands

    async def play(self, seconds: float) -> None:
        self.hands.at += round(seconds * SECOND)
        # It may wait for what is due only much later.
        self.player._changed.set()
        await self.settle()

    async def settle(self) -> None:
        for _ in range(3):
            await self.pilot.pause()
        seeks = [worker for worker in self.app.workers if worker.group == "replay"]
        await self.app.workers.wait_for_complete(seeks)
        await self.pilot.pause()
        self.app.dispatcher.flush()
        self.app.dispatcher.tick()
        self.app.replayed.seeking.show()
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def enter(self, line: str) -> None:
        """Type a command into the prompt."""
        self.app.main.prompt.put(line)
        self.app.main.prompt.focus()
        await self.press("enter")

    @property
    def transcript(self) -> list[str]:
        """All lines of the chat."""
        return transcript_lines(self.app.main.chat.transcript)


@asynccontextmanager
async def replay_desk(
    recorded: Sequence[Event] | None = None,
    size: tuple[int, int] = (140, 40),
    config: Config = Config(),  # noqa: B008 - frozen
    **more: object,
) -> AsyncIterator[ReplayDesk]:
    hands = Hands()
    player = Player(tape_of([recorded or two_turns()]), clock=hands)
    app = ReplayTui(replay_options(config, (), debug=False), player, **more)  # type: ignore[arg-type]
    async with app.run_test(size=size, notifications=True) as pilot:
        it = ReplayDesk(app, pilot, player, hands)
        await it.settle()
        yield it


def turn(number: int, at: float, *more: Event, outcome: str = "ok") -> list[Event]:
    """A turn of 4 s that says "answer NUMBER" in three deltas, one each second."""
    run, call, began = f"r{number}", f"c{number}", round(at * SECOND)
    texts = ("answer ", f"{number} ", f"ends{number}.")
    return [
        events.RunStarted(
            at=began, run=run, prompt=f"question {number}", entered_at=began,
            wall=1_000_000 + at, agent="Ann",
        ),
        events.ModelCallStarted(at=began, run=run, call=call, agent="Ann", model="m"),
        events.AttemptStarted(at=began, run=run, call=call),
        *(
            events.TextDelta(at=began + second * SECOND, run=run, call=call, text=text)
            for second, text in enumerate(texts, 1)
        ),
        *more,
        events.AttemptFinished(at=began + 4 * SECOND, run=run, call=call),
        events.RunFinished(
            at=began + 4 * SECOND, run=run, outcome=outcome,  # type: ignore[arg-type]
            agent="Ann",
        ),
    ]  # fmt: skip


def worker(at: float = 0) -> list[Event]:
    start = round(at * SECOND)
    return [
        events.WorkerStarted(at=start, pid=1, python="3.11", wall=1_000_000 + at),
        events.AgentLoaded(at=start, agent="Ann", model="m", host="example.test"),
    ]


def failed_tool(at: float) -> list[Event]:
    """A tool that fails in the first turn."""
    began = round(at * SECOND)
    return [
        events.ToolCalled(
            at=began, run="r1", call="c1", tool_call="t1", name="dig", arguments="{}"
        ),
        events.ToolStarted(at=began, run="r1", tool_call="t1", name="dig"),
        events.ToolFinished(at=began, run="r1", tool_call="t1", name="dig", outcome="error",
                            problem=events.Problem(kind="tool", message="no spade")),
    ]  # fmt: skip


def two_turns() -> list[Event]:
    """The second begins an hour after the first; a tool fails 3.5 s after the first began."""
    return [*worker(), *turn(1, 1, *failed_tool(4.5)), *turn(2, 3600)]
