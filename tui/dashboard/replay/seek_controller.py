"""Moves a replay: pause, speed, steps, and jumps to another place of the recording."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from tui.core.sanitize.secret_stream import StreamMasker
from tui.dashboard.replay.seek_bar import Motion
from tui.dashboard.replay.seek_times import speed_words, wanted_position
from tui.replay.player import FASTEST, SLOWEST
from tui.replay.refolding import Refolding
from tui.replay.tape import SECOND, MarkKind
from tui.stream.dispatcher import UNSEEN

if TYPE_CHECKING:
    from tui.core.metrics import Thresholds
    from tui.core.sanitize.secrets import Masker
    from tui.dashboard.replay.replay_screen import ReplayScreen
    from tui.replay.player import Player
    from tui.stream.dispatcher import Past

BAR_EVERY = 0.1
"""Seconds between two updates of the seek bar while the replay moves."""

FIGURES_EVERY = 0.25
"""Seconds between two updates of the figures."""

AT_ONCE = 200
"""Steps that are shown before keys are looked at again."""

AGAIN = 1.0
"""Seconds after a jump back in which another goes further back."""

SMALL_STEP = 5 * SECOND
WHAT: dict[str, MarkKind] = {"turn": "turn", "call": "call", "error": "error"}


class SeekController:
    """One jump at a time; of those asked for meanwhile, only the last is made."""

    def __init__(self, screen: ReplayScreen, player: Player) -> None:
        self._screen = screen
        self._player = player
        self._wanted: tuple[int, int | None] | None = None
        self.ready = False
        """The panes are loaded, and show the start of the replay, or its end."""
        self._jumping = False
        self._refolding: Refolding | None = None
        self._stream_masker: StreamMasker | None = None
        self._ended_before = False
        self.commands: dict[str, Callable[..., object]] = {
            "replay_pause": self.pause,
            "replay_next_event": partial(self._step, 1),
            "replay_previous_event": partial(self._step, -1),
            **{
                f"replay_{way}_{what}": partial(self._to_mark, kind, forward=way == "next")
                for way in ("next", "previous")
                for what, kind in WHAT.items()
            },
            "replay_faster": partial(self._change_speed, 2.0),
            "replay_slower": partial(self._change_speed, 0.5),
            "replay_speed": self.set_speed,
            "seek": self.seek,
            "replay_back": partial(self._by, -SMALL_STEP),
            "replay_forward": partial(self._by, SMALL_STEP),
            "replay_start": partial(self.to_position, 0),
            "replay_end": self.to_end,
        }

    async def begin(self, masker: Masker, thresholds: Thresholds, *, at_end: bool) -> None:
        """Start playing, or show the end; the panes are loaded."""
        player = self._player
        self._refolding = Refolding(player.tape.events, masker.shown, thresholds)
        self._masker = masker
        player.settled = self._screen.sessions.handled
        await self._jump(len(player.tape) if at_end else 0, None)
        self.ready = True
        self._screen.set_interval(BAR_EVERY, self.show)
        self._screen.set_interval(FIGURES_EVERY, self._keep_time)
        self.show()

    def show(self) -> None:
        """Show in the bar how things are."""
        player, bar = self._player, self._screen.seek_bar
        motion: Motion = "end" if player.ended else "paused" if player.paused else "playing"
        newest = player.tape.events[player.arrived - 1] if player.arrived else None
        event = type(newest).__name__ if newest is not None and player.paused else ""
        position = player.position
        # As text, a position changes ten times a second.
        bar.show(position - position % (SECOND // 10), player.speed, motion, event)
        if player.ended and not self._ended_before and player.tape.is_cut:
            self._screen.tell("The recording ends here, in the middle of a turn.")
        self._ended_before = player.ended

    def pause(self) -> None:
        player = self._player
        if player.ended and self._wanted is None:
            player.paused = False
            self.to_position(0)
        else:
            player.paused = not player.paused
            self._screen.dispatcher.tick()
        self.show()

    def set_speed(self, text: str = "") -> None:
        try:
            speed = float(text.lower().removesuffix("x"))
        except ValueError:
            speed = 0.0
        if SLOWEST <= speed <= FASTEST:
            self._player.speed = speed
            self.show()
        else:
            now = speed_words(self._player.speed)
            self._screen.tell(f"The speed is {now}; /speed takes {SLOWEST} to {FASTEST:g}.")

    def seek(self, text: str = "") -> None:
        if not text:
            self._screen.action_begin_slash("seek")
            return
        position = wanted_position(text, self._position, self._player.tape.total)
        if position is None:
            self._screen.tell(f"{text} is no time: write /seek 1:23, +10, -10, start or end.")
        elif text.strip().lower() == "end":
            self.to_end()
        else:
            self.to_position(position)

    def to_position(self, position: int) -> None:
        """Jump to a position in ns."""
        self._go(self._player.tape.arrived(position) if position else 0, position)

    def to_end(self) -> None:
        self._go(len(self._player.tape), None)

    @property
    def _arrived(self) -> int:
        """Where the replay is, or will be after the jump that is under way."""
        return self._player.arrived if self._wanted is None else self._wanted[0]

    @property
    def _position(self) -> int:
        if self._wanted is None:
            return self._player.position
        arrived, position = self._wanted
        return self._player.tape.positions[max(0, arrived - 1)] if position is None else position

    def _by(self, nanoseconds: int) -> None:
        total = self._player.tape.total
        self.to_position(max(0, min(self._position + nanoseconds, total)))

    def _change_speed(self, factor: float) -> None:
        self._player.speed *= factor
        self.show()

    def _step(self, by: int) -> None:
        """Go to the next event that can be seen."""
        self._player.paused = True
        recorded = self._player.tape.events
        arrived = self._arrived + by
        while 0 < arrived < len(recorded) and isinstance(recorded[arrived - 1], UNSEEN):
            arrived += by
        self._go(max(0, min(arrived, len(recorded))), None)

    def _to_mark(self, kind: MarkKind, *, forward: bool) -> None:
        player = self._player
        if forward:
            number = player.tape.next_mark(kind, self._arrived)
        else:
            # While it plays, a second key goes back to the one before.
            moves = not (player.paused or player.ended)
            just_now = self._position - round(AGAIN * SECOND * player.speed) if moves else None
            number = player.tape.previous_mark(kind, self._arrived, just_now)
        if number is None:
            where = "after" if forward else "before"
            name = "model call" if kind == "call" else kind
            self._screen.tell(f"There is no {name} {where} this.")
        else:
            self._go(number + 1, None)

    def _go(self, arrived: int, position: int | None) -> None:
        self._wanted = arrived, position
        if not self._jumping:
            self._jumping = True
            self._screen.run_worker(self._jumps(), group="replay")

    async def _jumps(self) -> None:
        try:
            while self._wanted is not None:
                wanted = self._wanted
                await self._jump(*wanted)
                if self._wanted == wanted:
                    self._wanted = None
        finally:
            self._jumping = False
        self.show()

    async def _jump(self, arrived: int, position: int | None) -> None:
        """Show how everything was after this many events."""
        player, screen, refolding = self._player, self._screen, self._refolding
        if refolding is None:
            return
        player.hold()
        dispatcher = screen.dispatcher
        dispatcher.flush()
        await screen.sessions.handled()
        masker = self._stream_masker
        # What the masker has held back so far would be missing.
        onward = masker is not None and not masker.is_waiting and arrived >= player.arrived
        if onward:
            metrics, state = dispatcher.metrics, dispatcher.conversation
            fold = partial(refolding.onward, metrics, state, player.arrived, arrived)
        else:
            fold = partial(refolding.after, arrived)
        past = await asyncio.to_thread(fold)
        await self._show_steps(past, whole=not onward)
        self._stream_masker = StreamMasker(self._masker)
        player.go_to(arrived, position)
        dispatcher.jump(past, self._stream_masker.mask)
        await screen.sessions.handled()
        screen.settle_panes()

    async def _show_steps(self, past: Past, *, whole: bool) -> None:
        screen = self._screen
        with screen.sessions.at_once():
            if whole:
                screen.chat.clear()
                screen.tools.clear()
            for number, step in enumerate(past.steps, 1):
                screen.chat.show(step)
                screen.tools.show(step.changes)
                if number % AT_ONCE == 0:
                    await asyncio.sleep(0)
            screen.tools.fit()

    def _keep_time(self) -> None:
        player = self._player
        if not (player.paused or player.ended or self._jumping):
            self._screen.dispatcher.keep_time()
