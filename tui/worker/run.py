"""One run of the agent, from the user's message to `RunFinished`, whatever happens on the way."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Literal

from agents import (
    Agent,
    InputGuardrailTripwireTriggered,
    OutputGuardrailTripwireTriggered,
    RunConfig,
    RunItemStreamEvent,
    Runner,
    RunResultStreaming,
    RunState,
    ToolInputGuardrailTripwireTriggered,
    ToolOutputGuardrailTripwireTriggered,
)
from agents.items import RunItem
from agents.run_config import DEFAULT_MAX_TURNS

from tui.protocol.events import GuardrailTripped, Problem, RunFinished, RunStarted, WarmUpAwaited
from tui.worker.failures.classify import run_problem
from tui.worker.failures.stream_failures import TurnDeadline
from tui.worker.input_items import call_id_of, is_output
from tui.worker.ledger import Turn
from tui.worker.observer import Observer
from tui.worker.output_text import as_json, shown_output
from tui.worker.run_hooks import TopRunHooks
from tui.worker.tools import span_failures
from tui.worker.tools.approvals import Approvals
from tui.worker.tools.open_calls import ToolOutcome

SETTLE_SECONDS = 0.2
"""How long a cancelled run may take to stop; what hangs longer is left behind."""

Mode = Literal["send", "continue", "rewind"]
Outcome = Literal["ok", "failed", "cancelled"]


class Run:
    """Drives the SDK's runner for one turn. Cancel it by cancelling the task of `drive`."""

    def __init__(
        self,
        observer: Observer,
        approvals: Approvals,
        *,
        agent: Agent[Any],
        run_config: RunConfig,
        context: Any,
    ) -> None:
        self._observer = observer
        self._approvals = approvals
        self._agent = agent
        self._run_config = run_config
        self._context = context
        self._result: RunResultStreaming | None = None
        self._stop_asked = False

    def stop_after_call(self) -> None:
        """Let the model call and its tools end, and start no other."""
        self._stop_asked = True
        if self._result is not None:
            self._result.cancel(mode="after_turn")

    async def drive(
        self, run: str, turn: Turn, *, prompt: str, entered_at: int, mode: Mode
    ) -> None:
        observer, writer = self._observer, self._observer.writer
        writer.run = run
        observer.run_config = self._run_config
        if not observer.settings.tracing:
            span_failures.install(observer.spans, exported=False)
        with writer.together():
            writer.emit(
                RunStarted(
                    at=writer.now(),
                    prompt=prompt,
                    entered_at=entered_at,
                    wall=time.time(),
                    mode=mode,
                    agent=self._agent.name,
                )
            )
            observer.begin_run(turn, self._agent.name)
        try:
            if not observer.warm.is_set():
                writer.emit(WarmUpAwaited(at=writer.now()))
                await observer.warm.wait()
            await self._stream_in_time(turn)
        except asyncio.CancelledError:
            # Asked for by `CancelRun`: it ends here, and what was asked for is done.
            await self._let_settle()
            self._finish(turn, "cancelled")
        except Exception as error:  # noqa: BLE001 (what user code raises fails the run, not us)
            self._failed(turn, error)
        else:
            self._completed(turn)
        finally:
            observer.turn = None
            writer.run = ""

    async def _stream_in_time(self, turn: Turn) -> None:
        deadline = asyncio.timeout(self._observer.settings.turn_timeout)
        try:
            async with deadline:
                await self._stream(turn)
        except TimeoutError:
            seconds = self._observer.settings.turn_timeout
            if seconds is None or not deadline.expired():
                raise
            await self._let_settle()
            raise TurnDeadline(seconds) from None

    async def _stream(self, turn: Turn) -> None:
        given: list[Any] | RunState[Any] = turn.items()
        while True:
            result = self._result = Runner.run_streamed(
                self._agent,
                given,
                context=self._context,
                max_turns=self._observer.settings.max_turns or DEFAULT_MAX_TURNS,
                hooks=TopRunHooks(self._observer),
                run_config=self._run_config,
            )
            if self._stop_asked:
                result.cancel(mode="after_turn")
            async for event in result.stream_events():
                if isinstance(event, RunItemStreamEvent):
                    self._item(turn, event.item)
            if not result.interruptions:
                return
            state = given = result.to_state()
            await self._approvals.decide(result.interruptions, state)

    def _item(self, turn: Turn, item: RunItem) -> None:
        """Outputs that only the stream tells of: handoffs, shells, tools that never ran."""
        if item.type not in ("tool_call_output_item", "handoff_output_item"):
            return
        given: Any = item.to_input_item()
        if not is_output(given):
            return
        call_id = call_id_of(given)
        turn.output_known(call_id, given)
        self._observer.tell_history()
        if call_id in self._observer.calls:
            output = shown_output(getattr(item, "output", ""))
            outcome: ToolOutcome = "ok" if call_id in turn.started else "rejected"
            self._observer.calls.finished(call_id, outcome, output)

    async def _let_settle(self) -> None:
        result = self._result
        if result is None:
            return
        result.cancel()
        task = result.run_loop_task
        if task is not None and not task.done():
            await asyncio.wait({task}, timeout=SETTLE_SECONDS)

    def _completed(self, turn: Turn) -> None:
        result = self._result
        if result is None or (self._stop_asked and result.final_output is None):
            self._finish(turn, "cancelled")
            return
        observer = self._observer
        observer.ledger.agent = result.last_agent.name
        observer.calls.close_all()
        output = result.final_output
        is_json = result.last_agent.output_type not in (None, str)
        self._end(
            result.to_input_list(),
            "ok",
            output=as_json(output) if is_json or not isinstance(output, str) else output,
            output_json=is_json,
        )

    def _failed(self, turn: Turn, error: Exception) -> None:
        problem = run_problem(error, host=self._observer.host, spans=self._observer.spans.failed)
        self._tell_guardrail(turn, error)
        self._finish(turn, "failed", problem)

    def _finish(self, turn: Turn, outcome: Outcome, problem: Problem | None = None) -> None:
        self._observer.calls.close_all()
        items = turn.settled_items()
        hopeless = problem is not None and problem.retry == "never"
        can_continue = bool(items) and not turn.withdrawn and not hopeless
        self._end(
            items,
            outcome,
            problem=problem,
            can_continue=can_continue,
            kept=not turn.withdrawn,
        )

    def _end(self, items: Sequence[Any], outcome: Outcome, **more: Any) -> None:
        """The conversation as it stands from now on, and the run's last event."""
        writer, ledger = self._observer.writer, self._observer.ledger
        with writer.together():
            changed = ledger.changed(items, at=writer.now())
            if changed is not None:
                writer.emit(changed)
            writer.emit(RunFinished(at=writer.now(), outcome=outcome, agent=ledger.agent, **more))

    def _tell_guardrail(self, turn: Turn, error: Exception) -> None:
        """Which one refused; what it refused leaves the conversation."""
        match error:
            case InputGuardrailTripwireTriggered(guardrail_result=result):
                turn.withdrawn = True
                self._emit_guardrail(
                    "input", result.guardrail, result.output.output_info, self._agent.name
                )
            case OutputGuardrailTripwireTriggered(guardrail_result=result):
                turn.withdraw_answer()
                self._emit_guardrail(
                    "output", result.guardrail, result.output.output_info, result.agent.name
                )
            case ToolInputGuardrailTripwireTriggered(guardrail=guardrail, output=output):
                self._emit_guardrail("tool_input", guardrail, output.output_info)
            case ToolOutputGuardrailTripwireTriggered(guardrail=guardrail, output=output):
                self._emit_guardrail("tool_output", guardrail, output.output_info)

    def _emit_guardrail(
        self,
        stage: Literal["input", "output", "tool_input", "tool_output"],
        guardrail: Any,
        info: object,
        agent: str = "",
    ) -> None:
        writer = self._observer.writer
        writer.emit(
            GuardrailTripped(
                at=writer.now(),
                guardrail=guardrail.get_name(),
                stage=stage,
                info="" if info is None else shown_output(info),
                agent=agent,
            )
        )
