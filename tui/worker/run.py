"""One run of the agent, from the user's message to `RunFinished`, whatever happens."""

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from agents import (
    Agent,
    RunConfig,
    RunItemStreamEvent,
    Runner,
    RunResultStreaming,
)
from agents.items import RunItem

from tui.protocol.events import GuardrailTripped, Problem, RunFinished, RunStarted, WarmUpAwaited
from tui.worker.agent.options.run_options import RunOptions
from tui.worker.empty_answer import why_empty
from tui.worker.failures.classify import response_is_gone, run_problem
from tui.worker.failures.guardrails import tripped_guardrail
from tui.worker.failures.missing_context import MISSING_CONTEXT
from tui.worker.failures.stream_failures import TurnDeadline
from tui.worker.input_items import (
    APPROVAL_RESPONSE,
    FUNCTION_OUTPUT,
    Item,
    call_id_of,
    is_output,
    pictures_in,
)
from tui.worker.io.emitter import Emitter
from tui.worker.ledger import Turn
from tui.worker.model.answers.think_tags import split_thinking
from tui.worker.observer import Observer
from tui.worker.run_hooks import hooks_for, noting
from tui.worker.run_input import conversation_of, run_input
from tui.worker.sdk_internals.run_names import close_sandbox, raised_in_handoff
from tui.worker.server_state import OnServer, ServerInput, before_outputs
from tui.worker.session_compaction import LastResponse
from tui.worker.session_sync import SessionSync
from tui.worker.tools import span_failures
from tui.worker.tools.approvals import Approvals
from tui.worker.tools.client_tools import LEFT_TO_CLIENT
from tui.worker.tools.open_calls import ToolOutcome
from tui.worker.tools.output_text import as_json, shown_output

SETTLE_SECONDS = 0.2
"""How long a cancelled run may take to stop; what hangs longer is left behind."""

CLOSE_SECONDS = 30.0
"""How long the sandbox of a run that has ended may take to close."""

_OUTPUT_ITEMS = frozenset(
    ("tool_call_output_item", "handoff_output_item", "mcp_approval_response_item")
)

Mode = Literal["send", "continue", "rewind"]
Outcome = Literal["ok", "failed", "cancelled"]


@dataclass(slots=True)
class Run:
    """Drives the SDK's runner for one turn. Cancel it by cancelling the task of `drive`."""

    observer: Observer
    approvals: Approvals
    agent: Agent[Any]
    run_config: RunConfig
    context: Any
    options: RunOptions = field(default_factory=RunOptions)
    session: SessionSync | None = None
    _sent: ServerInput = field(default_factory=lambda: ServerInput([]))
    _before: list[Item] = field(default_factory=list)
    """The conversation with which the run began."""
    _handled: str = ""
    """The error handler of the user's that has made the final output."""
    _result: RunResultStreaming | None = None
    _stop_requested: bool = False
    _pending: tuple[str, ...] = ()
    """Calls with which the run ends: the client runs them."""

    def stop_after_call(self) -> None:
        """Let the current model call and its tools end, and start no other."""
        self._stop_requested = True
        if self._result is not None:
            self._result.cancel(mode="after_turn")

    async def drive(
        self, run: str, turn: Turn, *, prompt: str, entered_at: int, mode: Mode
    ) -> None:
        observer, writer = self.observer, self.observer.writer
        observer.enter(run)
        observer.run_config = self.run_config
        observer.asks_anew = mode != "send"
        if not observer.exports_traces:
            span_failures.install(observer.router, exported=False)
        with writer.together():
            Emitter(writer, agent=self.agent.name).emit(
                RunStarted,
                prompt=prompt,
                entered_at=entered_at,
                wall=time.time(),
                mode=mode,
                images=pictures_in(turn.message or {}),
                attached=observer.ledger.attached_to(turn),
            )
            observer.begin_run(turn, self.agent.name)
        try:
            if not observer.warm.is_set():
                writer.emit(WarmUpAwaited(at=writer.now()))
                await observer.warm.wait()
            await self._stream_in_time(turn)
        except asyncio.CancelledError:
            # Requested by `CancelRun`, and handled here: it goes no further.
            await self._let_settle()
            await self._close_sandbox()
            self._finish(turn, "cancelled")
        except Exception as error:  # noqa: BLE001 (user code may raise anything; it fails the run)
            await self._close_sandbox()
            self._failed(turn, error)
        else:
            self._completed(turn)
        finally:
            observer.leave()

    async def _stream_in_time(self, turn: Turn) -> None:
        deadline = asyncio.timeout(self.observer.settings.turn_timeout)
        self.observer.deadline = deadline
        try:
            async with deadline:
                await self._stream(turn)
        except TimeoutError:
            seconds = self.observer.settings.turn_timeout
            if seconds is None or not deadline.expired():
                raise
            await self._let_settle()
            raise TurnDeadline(seconds) from None

    async def _stream(self, turn: Turn) -> None:
        options, server = self.options, self.observer.ledger.server
        sent = self._sent = await run_input(turn, server, options, self.run_config)
        self._before = turn.items()
        given: Any = sent.items
        while True:
            result = self._result = Runner.run_streamed(
                self.agent,
                given,
                context=self.context,
                # The SDK's "turns" are model calls; our turn is a message with all that follows.
                max_turns=options.max_turns,
                hooks=hooks_for(self.observer, options.hooks),
                run_config=self.run_config,
                previous_response_id=sent.previous_response_id,
                conversation_id=sent.conversation_id,
                auto_previous_response_id=sent.auto_previous_response_id,
                error_handlers=noting(options.error_handlers, self._note_handled),
            )
            if self._stop_requested:
                result.cancel(mode="after_turn")
            async for event in result.stream_events():
                if isinstance(event, RunItemStreamEvent):
                    self._item(turn, event.item)
            await self._close_sandbox()
            clients = self.observer.client_tools
            asked = [one for one in result.interruptions if clients is None or not clients.has(one)]
            if not asked:
                self._pending = tuple(map(self.approvals.row_of, result.interruptions))
                return
            state = given = result.to_state()
            await self.approvals.decide(asked, state, result.context_wrapper)

    def _item(self, turn: Turn, item: RunItem) -> None:
        """Keep the outputs that only the stream has: of handoffs, shells, tools that never ran."""
        if item.type not in _OUTPUT_ITEMS:
            return
        given: Any = item.to_input_item()
        if not is_output(given):
            return
        call_id = call_id_of(given)
        turn.output_known(call_id, given)
        self.observer.emit_history()
        if given.get("type") == APPROVAL_RESPONSE:
            self._answered_by_hook(given)
        elif call_id in self.observer.calls:
            output = shown_output(getattr(item, "output", ""))
            # A function that never started was refused, by a guardrail for instance; a shell that
            # did not start here ran in a container of the provider's.
            refused = given.get("type") == FUNCTION_OUTPUT and call_id not in turn.started
            outcome: ToolOutcome = "rejected" if refused else "ok"
            self.observer.calls.finished(call_id, outcome, output)

    def _answered_by_hook(self, answer: Item) -> None:
        """End the row of a provider's request that the agent's own hook has answered."""
        request = call_id_of(answer)
        row = self.observer.approval_rows.get(request, request)
        if answer.get("approve"):
            self.observer.calls.finished(row, "ok", "approved by the agent's own hook")
        else:
            why = f": {answer['reason']}" if answer.get("reason") else ""
            words = f"rejected by the agent's own hook{why}"
            self.observer.calls.finished(row, "rejected", words)

    async def _let_settle(self) -> None:
        result = self._result
        if result is None:
            return
        result.cancel()
        task = result.run_loop_task
        if task is not None and not task.done():
            await asyncio.wait({task}, timeout=SETTLE_SECONDS)

    async def _close_sandbox(self) -> None:
        """Wait for the end of the run's sandbox, without which the agent cannot run again.

        What takes too long continues in the background, even if the user cancels again.
        """
        if self._result is None or self._result.run_loop_task is None:
            return
        closing = asyncio.ensure_future(close_sandbox(self._result))
        with suppress(asyncio.CancelledError):
            await asyncio.wait({closing}, timeout=CLOSE_SECONDS)

    def _completed(self, turn: Turn) -> None:
        result = self._result
        if result is None or (self._stop_requested and result.final_output is None):
            self._finish(turn, "cancelled")
            return
        observer = self.observer
        observer.ledger.agent = result.last_agent.name
        for call in self._pending:
            observer.calls.finished(call, "ok", LEFT_TO_CLIENT)
        observer.calls.close_all()
        output = "" if self._pending else result.final_output
        is_json = not self._pending and result.last_agent.output_type not in (None, str)
        whole = output
        if isinstance(output, str) and observer.think_tags:
            output = split_thinking(output).answer
        empty = ""
        said = isinstance(output, str) and not is_json and not self._pending
        if said and not self._handled and result.raw_responses:
            empty = why_empty(output, whole, result.raw_responses[-1].output)
        items = observer.as_edited(conversation_of(result, self._sent, turn, self._before))
        settings = result.last_agent.model_settings.resolve(self.run_config.model_settings)
        added = bool(self._handled) and bool(items) and items[-1].get("role") == "assistant"
        answered = before_outputs(items, added)
        last = LastResponse(observer.writer.run, turn.response_id, settings.store)
        self._end(
            items,
            "ok",
            on_server=(answered, turn.response_id),
            # A response without what came after it does not stand for the conversation.
            last=last if last.id and answered == len(items) else None,
            output=as_json(output) if is_json or not isinstance(output, str) else output,
            output_json=is_json,
            pending=self._pending,
            empty=empty,
            spoken=not self._handled
            and any(item.type == "message_output_item" for item in result.new_items[-1:]),
            made_by=self._handled and f"the agent's {self._handled} handler",
        )

    def _note_handled(self, kind: str) -> None:
        self._handled = kind

    def _failed(self, turn: Turn, error: Exception) -> None:
        self.observer.calls.not_found(error)
        problem = run_problem(error, host=self.observer.host, spans=self.observer.spans.failed)
        self._withdraw_refused(turn, error)
        # An error about the model's input for it has lost its traceback.
        failed = self.observer.spans.failed
        if raised_in_handoff(error) or any(span.is_handoff_failure for span in failed):
            self._handoff_failed(turn, problem)
        if response_is_gone(problem) and self._sent.previous_response_id:
            self.observer.ledger.server.forget()
            self.observer.tell("the next attempt sends the whole conversation")
        self._finish(turn, "failed", problem)

    def _handoff_failed(self, turn: Turn, problem: Problem) -> None:
        """Give the handoff that raised its end and its output, which the SDK has not made."""
        calls = self.observer.calls
        call = calls.last_handoff
        if turn.asked_for(call) and call not in turn.outputs:
            # The agent has changed: only what comes after, such as a filter, has failed.
            output = json.dumps({"assistant": self.observer.ledger.agent})
        elif call := calls.first_handoff(""):
            output = f"the handoff failed: {problem.message}"
            calls.finished(call, "error", output, problem)
        else:
            return
        turn.output_known(call, {"type": FUNCTION_OUTPUT, "call_id": call, "output": output})

    def _finish(self, turn: Turn, outcome: Outcome, problem: Problem | None = None) -> None:
        self.observer.calls.close_all()
        items = turn.settled_items()
        hopeless = problem is not None and (
            problem.retry == "never" or problem.code == MISSING_CONTEXT
        )
        can_continue = bool(items) and not turn.withdrawn and not hopeless
        self._end(
            items, outcome, problem=problem, can_continue=can_continue, kept=not turn.withdrawn
        )

    def _end(
        self,
        items: Sequence[Any],
        outcome: Outcome,
        *,
        on_server: OnServer | None = None,
        last: LastResponse | None = None,
        **more: Any,
    ) -> None:
        """Emit the conversation after this run, and the run's last event."""
        observer, writer = self.observer, self.observer.writer
        with writer.together():
            observer.set_history(items, on_server)
            agent = observer.ledger.agent
            Emitter(writer, agent=agent).emit(RunFinished, outcome=outcome, **more)
        if self.session is not None:
            self.session.write_soon(observer.ledger.items, last)

    def _withdraw_refused(self, turn: Turn, error: Exception) -> None:
        """Report the guardrail that stopped the run, and drop what it refused."""
        tripped = tripped_guardrail(error)
        if tripped is None:
            return
        agent = tripped.agent
        if tripped.stage == "input":
            turn.withdrawn, agent = True, self.agent.name
        elif tripped.stage == "output":
            turn.withdraw_answer()
        info = "" if tripped.info is None else shown_output(tripped.info)
        Emitter(self.observer.writer, agent=agent).emit(
            GuardrailTripped, guardrail=tripped.name, stage=tripped.stage, info=info
        )
