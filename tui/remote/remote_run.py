"""One run of a remote agent: its requests, and the questions between them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple

import httpx2
from msgspec.structs import replace

from tui.protocol import events
from tui.protocol.agui.run_outcomes import Interrupt
from tui.protocol.events import Event, Problem
from tui.protocol.events.problem import TURN_DEADLINE
from tui.remote.agui_thread import AguiThread, text_of
from tui.remote.interrupts import (
    Decision,
    OpenInterrupts,
    is_stale,
    key_of,
    takes_arguments,
    wanted,
)
from tui.remote.reading.agui_reading import AguiReading
from tui.remote.reading.lanes import ServerNames
from tui.remote.reading.remote_calls import ShownNames
from tui.remote.remote_call import RemoteCall, RunFailedError
from tui.remote.remote_failures import DeadlineError
from tui.remote.remote_settings import RemoteSettings

_NO_ANSWER = "no_answer"
"""The code of a problem: the user's words were no answer to what the agent asked for."""


class Asked(NamedTuple):
    """What a run is to do. ``prompt`` is "" if it continues."""

    run: str
    prompt: str
    entered_at: int
    mode: Literal["send", "continue", "rewind"] = "send"
    images: tuple[str, ...] = ()


class RemoteRun:
    """``post`` takes events as they come; ``drained`` waits until most of them were read.

    ``always`` holds the names of tools that are approved without a question.
    """

    def __init__(
        self,
        asked: Asked,
        thread: AguiThread,
        ids: ShownNames,
        *,
        names: ServerNames,
        settings: RemoteSettings,
        client: httpx2.AsyncClient,
        always: set[str],
        post: Callable[[Sequence[Event]], object],
        drained: Callable[[], Awaitable[None]],
    ) -> None:
        self.asked = asked
        self.thread = thread
        self._settings = settings
        self._always = always
        self._post = post
        self._reading = AguiReading(asked.run, thread, ids, agent=settings.agent, names=names)
        self._decided = asyncio.Event()
        self._early: dict[str, Decision] = {}
        """Answers whose interrupts have not come, by the call's id on the screen."""
        self._calls = RemoteCall(
            self._reading, settings=settings, client=client, post=post, drained=drained
        )

    async def run(self) -> None:
        """To its end, whatever happens; a cancellation ends it as cancelled."""
        asked, at = self.asked, time.monotonic_ns()
        begun = self._begun()
        self._post(
            [
                events.RunStarted(
                    at=at,
                    run=asked.run,
                    prompt=begun if asked.mode == "rewind" else asked.prompt,
                    entered_at=asked.entered_at,
                    wall=time.time(),
                    mode=asked.mode,
                    agent=self._settings.agent,
                ),
                events.AgentChanged(at=at, run=asked.run, agent=self._settings.agent),
            ]
        )
        try:
            await self._to_the_end()
        except asyncio.CancelledError:
            self._end("cancelled", None)
        except RunFailedError as failed:
            self._end("failed", failed.problem, kept=failed.problem.code != _NO_ANSWER)
        else:
            self._end("ok", None)
        finally:
            self._calls.close()

    def hurry(self) -> None:
        """Retry now."""
        self._calls.hurry()

    def stop_after_call(self) -> None:
        """Stop where the next model call would begin."""
        self._calls.stop_after_call()

    def decide(self, key: str, decision: Decision) -> bool:
        """Answer a question by its call's id on the screen; False if it is not one of this run."""
        interrupt = self._question(key)
        if interrupt is None:
            if not self._reading.own.asks(key):
                return False
            self._early.setdefault(key, decision)
            return True
        call, at = key_of(interrupt), time.monotonic_ns()
        if decision.arguments is not None and not takes_arguments(interrupt):
            self._say("This agent does not let you change the arguments. Approve or reject them.")
            self.ask_again(key)
            return True
        if decision.always:
            self._always.add(self._reading.calls.name(call))
        self.thread.interrupts.decide(interrupt, decision)
        self._reading.calls.answered(call, decision, at=at)
        self._calls.flush(history=True)
        if not self.thread.interrupts.questions:
            self._decided.set()
        return True

    def ask_again(self, key: str) -> None:
        """A question was answered with something that cannot be sent."""
        at = time.monotonic_ns()
        if self._reading.own.asks(key):
            self._reading.own.ask_again(key, at)
        elif (interrupt := self._question(key)) is not None:
            self._ask(interrupt, at)
        self._calls.flush()

    def _question(self, key: str) -> Interrupt | None:
        """The open question about a call, by its id on the screen."""
        shown = self._reading.calls.shown
        questions = self.thread.interrupts.questions
        return next((one for one in questions if shown(key_of(one)) == key), None)

    def _begun(self) -> str:
        """Make the thread what is to be sent; returns the message that is run again."""
        asked, thread = self.asked, self.thread
        if asked.mode == "rewind":
            thread.interrupts.decline_rest()
            return thread.rewind() or ""
        if asked.mode == "continue":
            thread.resume()
        elif not thread.interrupts.forms:
            thread.interrupts.decline_rest()
            thread.say(asked.prompt, asked.images)
        return ""

    async def _to_the_end(self) -> None:
        self._reading.messages.begin()
        self._calls.flush(history=True)
        try:
            async with asyncio.timeout(self._settings.turn_timeout):
                if self._answers_form():
                    return
                if self.thread.interrupts.unanswered and not await self._questions():
                    return
                while True:
                    self._early.clear()
                    await self._calls.send()
                    self.thread.interrupts = OpenInterrupts(self._reading.interrupts)
                    if not self.thread.interrupts or not await self._questions():
                        return
        except TimeoutError:
            error = DeadlineError(self._settings.turn_timeout)
            raise RunFailedError(self._calls.problem_of(error)) from error

    def _answers_form(self) -> bool:
        """Take the message as the answer to what the agent asked for; whether more is needed."""
        forms = self.thread.interrupts.forms
        if self.asked.mode != "send" or not forms:
            return False
        if problem := self.thread.interrupts.tell(forms[0], self.asked.prompt):
            advice = f"{wanted(forms[0])}"
            raise RunFailedError(
                Problem(kind="agent", message=problem, advice=advice, code=_NO_ANSWER)
            )
        return self._asks_for_words()

    async def _questions(self) -> bool:
        """Have all interrupts answered; False if only the next message can."""
        interrupts, at = self.thread.interrupts, time.monotonic_ns()
        self._decided.clear()
        for interrupt in interrupts.questions:
            key = self._reading.calls.shown(key_of(interrupt))
            if key in self._early:
                self.decide(key, self._early.pop(key))
            else:
                self._ask(interrupt, at)
        self._calls.flush(history=True)
        if interrupts.questions:
            await self._decided.wait()
        if self._asks_for_words():
            return False
        now, at = datetime.now(UTC), time.monotonic_ns()
        for interrupt in interrupts.all:
            if is_stale(interrupt, now):
                self._say("The answer came too late: the question has expired.")
            self._reading.calls.resumed(key_of(interrupt), at, tool=bool(interrupt.tool_call_id))
        self._calls.flush()
        return True

    def _ask(self, interrupt: Interrupt, at: int) -> None:
        call, calls = key_of(interrupt), self._reading.calls
        name = calls.name(call) or self._reading.messages.name_of(call) or interrupt.reason
        if interrupt.tool_call_id and name in self._always:
            self.thread.interrupts.decide(interrupt, Decision(approved=True))
            self._reading.traces.line("approved as before", name, at)
            return
        arguments = self._reading.messages.arguments_of(call) or interrupt.message or ""
        calls.waits(call, name, arguments, at)

    def _asks_for_words(self) -> bool:
        """Whether the next message must be an answer, which the chat then says."""
        forms = self.thread.interrupts.forms
        if forms:
            self._say(wanted(forms[0]))
        return bool(forms)

    def _end(
        self,
        outcome: Literal["ok", "failed", "cancelled"],
        problem: Problem | None,
        *,
        kept: bool = True,
    ) -> None:
        reading, at = self._reading, time.monotonic_ns()
        if outcome == "ok" and reading.ended_at:
            at = reading.ended_at
        self._calls.release()
        if outcome == "cancelled":
            reading.lanes.cancel_all(at)
        elif problem is not None and problem.code == TURN_DEADLINE:
            reading.lanes.fail_open(at, problem)
        reading.calls.end(at)
        reading.traces.end(at)
        reading.messages.settle()
        self._calls.flush(history=True)
        own = reading.own.finished
        if own is not None and own.outcome == outcome:
            can_continue = own.can_continue or (outcome != "ok" and kept)
            ended = replace(own, run=self.asked.run, kept=kept, can_continue=can_continue)
            self._post([replace(ended, problem=ended.problem or problem)])
            return
        output, spoken = self._output()
        empty = ""
        if outcome == "ok" and not (output or reading.answered or self.thread.interrupts):
            empty = "the agent ended its run without an answer"
        self._post(
            [
                events.RunFinished(
                    at=at,
                    run=self.asked.run,
                    outcome=outcome,
                    problem=problem,
                    output=output if outcome == "ok" else "",
                    spoken=spoken,
                    empty=empty,
                    agent=reading.agent,
                    kept=kept,
                    can_continue=outcome != "ok" and kept,
                )
            ]
        )

    def _output(self) -> tuple[str, bool]:
        """The last answer, or else what the server calls the run's result; whether it was said."""
        if self._reading.parts.said:
            for message in reversed(self.thread.messages):
                if message.get("role") == "assistant" and (text := text_of(message)):
                    return text, True
        return self._reading.result(), False

    def _say(self, text: str) -> None:
        self._post(
            [events.Noticed(at=time.monotonic_ns(), run=self.asked.run, text=text, chat=True)]
        )
