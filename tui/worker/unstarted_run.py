"""The end of a run that has not begun: it sent and changed nothing."""

from tui.protocol.commands import RetryRun, StartRun
from tui.protocol.events import Problem, RunFinished, RunStarted
from tui.worker.io.emitter import Emitter
from tui.worker.run import Outcome


def end_unstarted(
    emitter: Emitter,
    command: StartRun | RetryRun,
    outcome: Outcome,
    problem: Problem | None = None,
    *,
    counted: bool,
    in_ledger: bool,
) -> None:
    """Report its end and, if it is ``counted``, its start.

    ``in_ledger``: the conversation of the worker has items.
    """
    retry = command if isinstance(command, RetryRun) else None
    # The turn that was to be retried is unchanged.
    history = command.history.items if command.history is not None else ()
    kept = retry is not None and (bool(history) if command.beside else in_ledger)
    can_continue = kept and retry is not None and retry.mode == "continue"
    if counted:
        emitter.emit(
            RunStarted,
            prompt=command.prompt if isinstance(command, StartRun) else "",
            entered_at=command.entered_at,
            wall=0.0,
            mode="send" if retry is None else "continue",
        )
    emitter.emit(
        RunFinished, outcome=outcome, problem=problem, kept=kept, can_continue=can_continue
    )
