"""The model calls of a remote agent and of its nested agents, as far as they show from outside.

A server does not say when it calls a model. Its request is the first call; what comes after a
tool's result, or from another agent, is another one, whose start is inferred.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from tui.protocol import events
from tui.protocol.events import AgentLoaded, Event, Problem


class Part(NamedTuple):
    """A part of an answer."""

    call: str
    attempt: int
    number: int


@dataclass
class Lane:
    """One agent's calls, which follow each other."""

    name: str
    """The agent's."""
    parent: str = ""
    """The tool call in which it runs; "" at the top."""
    call: str = ""
    """The open call; "" between two."""
    attempt: int = 1
    spoke: bool = False
    """Something of the open call's answer has come."""
    parts: int = 0
    raw: int = 0
    """Events of the open call so far."""
    rests_since: int = 0
    """When the last call ended, or what it waited for came."""
    last: int = 0
    """When the last piece of its answer came."""
    steps: list[tuple[str, int]] = field(default_factory=list)
    """Names of its open steps, and when they began."""

    @property
    def speaker(self) -> str:
        """The step that is open, or the agent."""
        return self.steps[-1][0] if self.steps else self.name


@dataclass
class ServerNames:
    """What is known of who answers; the model and its provider are those that were reported."""

    host: str
    model: str = ""
    provider: str = ""
    loaded: AgentLoaded | None = None
    """The agent, as a server that is a streamtui described it last."""


class Lanes:
    """``emit`` takes the events."""

    def __init__(
        self, run: str, agent: str, names: ServerNames, emit: Callable[[Event], object]
    ) -> None:
        self.run = run
        self.names = names
        self.top = Lane(agent)
        self.ended: list[str] = []
        """The calls of this request that ended well."""
        self._emit = emit
        self._nested: dict[str, Lane] = {}
        self.begun = 0
        """Calls so far."""

    @property
    def every(self) -> tuple[Lane, ...]:
        return (self.top, *self._nested.values())

    def of(self, subagent: str | None) -> Lane:
        """The lane of a nested agent that has begun; else the top."""
        return self._nested.get(subagent or "", self.top)

    def nest(self, subagent: str, name: str, parent: str, at: int) -> None:
        """A nested agent begins."""
        self._nested[subagent] = Lane(name, parent=parent, rests_since=at)

    def next_call(self) -> str:
        self.begun += 1
        return f"{self.run}-c{self.begun}"

    def begin_request(self, call: str, attempt: int) -> None:
        """The request is sent; its first call is open, and was reported."""
        self.ended = []
        top = self.top
        top.call, top.attempt, top.spoke, top.parts, top.raw = call, attempt, False, 0, 0
        top.steps.clear()

    def part(self, lane: Lane, at: int) -> Part:
        """A new part of the lane's answer; opens a call if none is."""
        self.speaks(lane, at)
        lane.parts += 1
        return Part(lane.call, lane.attempt, lane.parts - 1)

    def speaks(self, lane: Lane, at: int) -> None:
        """A piece of the lane's answer comes."""
        if not lane.call:
            self._begin(lane, min(lane.rests_since or at, at))
        lane.spoke = True
        lane.last = at

    def renamed(self, lane: Lane, at: int) -> None:
        """Another step speaks from now on."""
        if lane.call and lane.spoke:
            self.end(lane, lane.last or at)
            lane.rests_since = at
        elif lane.call:
            # The request's own call has said nothing yet: it is this step's.
            self._report(lane, at, inferred=False)

    def rests(self, lane: Lane, at: int) -> None:
        """The lane's tools run, or a result came: the call that asked for them has ended."""
        if lane.call and lane.spoke:
            self.end(lane, lane.last or at)
        lane.rests_since = at

    def end(self, lane: Lane, at: int) -> None:
        """The open call of a lane ended well."""
        if lane.call:
            self._emit(
                events.AttemptFinished(
                    at=at, run=self.run, call=lane.call, attempt=lane.attempt, raw_events=lane.raw
                )
            )
            self.ended.append(lane.call)
            self._close(lane)

    def end_all(self, at: int) -> None:
        """The server's run ended well."""
        for lane in self.every:
            self.end(lane, max(lane.last, lane.rests_since) if lane.spoke else at)

    def fail_all(self, at: int, problem: Problem) -> None:
        """The request failed; nested calls were cut off with it."""
        for lane in self.every:
            if lane.call and lane is not self.top:
                self._cancel(lane, at)
        lane = self.top
        if not lane.call:
            self._begin(lane, min(lane.rests_since or at, at))
        self._fail(lane, at, problem)

    def fail_open(self, at: int, problem: Problem) -> None:
        """The turn's deadline has cut off what was open."""
        for lane in self.every:
            if lane.call:
                self._fail(lane, at, problem)

    def cancel_all(self, at: int) -> None:
        for lane in self.every:
            if lane.call:
                self._cancel(lane, at)

    def _fail(self, lane: Lane, at: int, problem: Problem) -> None:
        self._emit(
            events.AttemptFailed(
                at=at,
                run=self.run,
                call=lane.call,
                attempt=lane.attempt,
                raw_events=lane.raw,
                problem=problem,
            )
        )
        self._close(lane)

    def _cancel(self, lane: Lane, at: int) -> None:
        self._emit(
            events.AttemptCancelled(
                at=at, run=self.run, call=lane.call, attempt=lane.attempt, raw_events=lane.raw
            )
        )
        self._close(lane)

    def _begin(self, lane: Lane, at: int) -> None:
        lane.call, lane.attempt, lane.parts, lane.raw = self.next_call(), 1, 0, 0
        self._report(lane, at, inferred=True)
        self._emit(events.AttemptStarted(at=at, run=self.run, call=lane.call))

    def _report(self, lane: Lane, at: int, *, inferred: bool) -> None:
        self._emit(
            events.ModelCallStarted(
                at=at,
                run=self.run,
                call=lane.call,
                agent=lane.speaker,
                model=self.names.model,
                provider=self.names.provider or self.names.host,
                host=self.names.host,
                parent=lane.parent,
                inferred=inferred,
            )
        )

    def _close(self, lane: Lane) -> None:
        lane.call, lane.spoke = "", False
