"""Everything between the command line and the exit code: runs the batch, writes the reports."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import msgspec
from msgspec.structs import replace

from tui.core.formatting import counted
from tui.core.metrics import Thresholds
from tui.core.sanitize.secrets import Masker
from tui.headless import exit_codes
from tui.headless.approval_policy import ApprovalPolicy
from tui.headless.batch import Batch, BatchPlan, jobs_of
from tui.headless.ending import exit_code_of, say
from tui.headless.face import Face
from tui.headless.lane import ResumedSession, Terms
from tui.headless.output.bounded_writer import BoundedWriter
from tui.headless.output.json_lines import JsonLines
from tui.headless.output.progress import progress_bar, show_cursor
from tui.headless.output.stdout_failure import stdout_failed
from tui.headless.output.text_output import TextOutput, is_one_screen
from tui.headless.prompts import Prompt
from tui.headless.report.csv_table import csv_table
from tui.headless.report.figure_line import in_unit, summary_lines
from tui.headless.report.gates import Gate, Verdict, verdict_on, why_nothing_was_measured
from tui.headless.report.junit import junit
from tui.headless.report.regression import FEWEST, changes_between
from tui.headless.report.summary import Summary, summary_of
from tui.headless.results import Job
from tui.journal import Journal, Place
from tui.journal.journal_errors import JournalState
from tui.journal.sessions import CANNOT_OPEN, Sessions
from tui.stream.dispatcher import Past
from tui.stream.worker_process import kill_worker

Output = Literal["text", "json", "jsonl"]

AGAIN_AFTER = 0.5
"""Seconds: what comes sooner is the same signal again. `timeout` sends it to the process and to its
group, a terminal to the group of a wrapper that passes it on."""

_SIGNALS = (
    (signal.SIGHUP, exit_codes.HUNG_UP),
    (signal.SIGINT, exit_codes.INTERRUPTED),
    (signal.SIGTERM, exit_codes.TERMINATED),
)


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for on the command line."""

    plan: BatchPlan
    prompts: Sequence[Prompt]
    agent: str
    output: Output = "text"
    repeat: int = 1
    warm_ups: int = 0
    approvals: ApprovalPolicy = ApprovalPolicy()
    thresholds: Thresholds = Thresholds()
    gates: tuple[Gate, ...] = ()
    min_good: float | None = None
    baseline: Summary | None = None
    regress: float = 0.2
    out: Path | None = None
    junit: Path | None = None
    csv: Path | None = None
    journal: Path | None = None
    session: str | None = None
    """The stored session that the prompts continue."""
    secrets: tuple[str, ...] = ()


def carry_out(order: Order) -> int:
    """Run everything; returns the exit code. Raise one of `CANNOT_OPEN`."""
    try:
        return exit_code_of(_Session(order).run, *CANNOT_OPEN)
    finally:
        started = order.plan.started
        if started is not None and started.poll() is None:
            kill_worker(started)
            started.wait()


class _Session:
    def __init__(self, order: Order) -> None:
        self._order = order
        self._code: int | None = None
        """Set when something ends the batch early."""
        self._asked_at = 0.0
        """When the first signal came, on the monotonic clock."""
        self._stdout_code = exit_codes.STDOUT_CLOSED
        self._journal_state = JournalState(saved=True)
        self._batch: Batch | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self) -> int:
        order = self._order
        if sys.stdout is None:
            say("stdout is closed")
            return exit_codes.STDOUT_CLOSED
        if not self._files_can_be_written():
            return exit_codes.USAGE
        jobs = jobs_of(order.prompts, repeat=order.repeat, warm_ups=order.warm_ups)
        writer = BoundedWriter(sys.stdout.fileno(), self._stdout_failed)
        journal = self._journal()
        masker = Masker(order.secrets)
        with ExitStack() as stack:
            if journal is not None:
                stack.callback(self._close_journal, journal)
            faces = self._faces(writer, masker, len(jobs), stack)
            terms = Terms(
                masker=masker,
                faces=tuple(faces),
                approvals=order.approvals,
                thresholds=order.thresholds,
                journal=journal,
                resumed=self._resumed(journal, masker),
            )
            batch = asyncio.run(self._run_batch(jobs, terms))
        return self._report(batch, [job for job in jobs if not job.is_warm_up], writer)

    async def _run_batch(self, jobs: list[Job], terms: Terms) -> Batch:
        self._loop = loop = asyncio.get_running_loop()
        self._batch = batch = Batch(self._order.plan, terms)
        for number, code in _SIGNALS:
            # nohup, and a shell that starts a job in the background, have signals ignored.
            if signal.getsignal(number) != signal.SIG_IGN:
                loop.add_signal_handler(number, self._signalled, code)
        await batch.run(jobs)
        return batch

    def _signalled(self, code: int) -> None:
        now = time.monotonic()
        if not self._asked_at:
            self._asked_at = now
        elif now - self._asked_at > AGAIN_AFTER:
            # Asked for twice: nothing is worth waiting for.
            show_cursor()
            os._exit(code)
        self._end_early(code)

    def _end_early(self, code: int) -> None:
        if self._code is None:
            self._code = code
            if self._batch is not None:
                self._batch.interrupt()

    def _files_can_be_written(self) -> bool:
        """Found out before anything is run for nothing."""
        order = self._order
        for path in filter(None, (order.out, order.junit, order.csv)):
            try:
                path.open("a").close()
            except OSError as error:
                say(f"{path} cannot be written: {error.strerror}")
                return False
        return True

    def _stdout_failed(self, error: OSError) -> None:
        """Called in the writer's thread."""
        self._stdout_code = stdout_failed(error)
        if self._loop is not None:
            with suppress(RuntimeError):  # the batch has ended
                self._loop.call_soon_threadsafe(self._end_early, self._stdout_code)

    def _journal(self) -> Journal | None:
        path = self._order.journal
        if path is None:
            return None
        place = Place(folder=str(Path.cwd()), reference=self._order.agent)
        return Journal.open(path, self._note_journal, place=place)

    def _note_journal(self, state: JournalState) -> None:
        """Called in the journal's thread."""
        self._journal_state = state

    def _close_journal(self, journal: Journal) -> None:
        if not journal.close():
            why = self._journal_state.message or "Not saved in time."
            say(f"The runs are not stored as sessions. {why}")

    def _resumed(self, journal: Journal | None, masker: Masker) -> ResumedSession | None:
        """Read and lock the session to continue. Raise one of `CANNOT_OPEN`."""
        order = self._order
        if order.session is None or journal is None:
            return None
        sessions = Sessions(journal, masker=masker, thresholds=order.thresholds)
        opened = sessions.open(order.session, time.monotonic_ns())
        resumed = opened.resumed
        past = Past(steps=(), metrics=resumed.metrics, conversation=resumed.conversation)
        return ResumedSession(
            id=opened.info.id,
            past=past,
            history=resumed.history,
            recorder=sessions.continue_with(opened),
        )

    def _faces(
        self, writer: BoundedWriter, masker: Masker, runs: int, stack: ExitStack
    ) -> list[Face]:
        order, faces = self._order, list[Face]()
        # A bar and an answer that streams would overwrite each other.
        has_bar = runs > 1 and sys.stderr.isatty() and (
            order.output != "text" or not sys.stdout.isatty()
        )  # fmt: skip
        say_beside: Callable[[str], object] = say
        if has_bar:
            faces.append(stack.enter_context(progress_bar(runs)))
            say_beside = _ignore
        if order.output == "text":
            streams = order.plan.concurrency == 1
            faces.append(
                TextOutput(
                    writer,
                    streams=streams,
                    titled=runs > 1,
                    one_screen=is_one_screen(),
                    say=say_beside,
                )
            )
        elif order.output == "jsonl":
            faces.append(JsonLines(writer, masker))
        return faces

    def _report(self, batch: Batch, jobs: Sequence[Job], writer: BoundedWriter) -> int:
        order = self._order
        summary = summary_of(
            batch.results,
            agent=order.agent or _agent_of(batch),
            version=version("streamtui"),
            began=batch.began,
            seconds=batch.seconds,
            limits=order.thresholds,
            interrupted=batch.interrupted,
            connections=batch.connections.most,
        )
        if self._asked_at and len(jobs) > 1:
            say(f"interrupted: {summary.runs.ok + summary.runs.failed} of {len(jobs)} runs ended")
        elif self._asked_at and not batch.results:
            say("interrupted")
        verdicts = self._verdicts(summary)
        summary = replace(summary, gates=tuple(map(msgspec.structs.asdict, verdicts)))
        document = msgspec.json.format(msgspec.json.encode(summary), indent=2).decode() + "\n"
        if order.output == "json":
            writer.write(document, must=True)
        elif len(batch.results) > 1:
            for line in summary_lines(summary):
                say(line)
        for verdict in verdicts:
            say(_words(verdict))
        writer.close()
        if writer.left_out:
            say(f"stdout was too slow: {counted(writer.left_out, 'piece')} left out")
        files = ((order.out, document), (order.junit, junit), (order.csv, csv_table))
        written = [
            _write(path, text if isinstance(text, str) else text(summary))
            for path, text in files
            if path is not None
        ]
        return self._exit_code(batch, summary, verdicts, wrote=all(written), closed=writer.closed)

    def _verdicts(self, summary: Summary) -> list[Verdict]:
        order = self._order
        verdicts = [verdict_on(gate, summary) for gate in order.gates]
        if order.min_good is not None:
            good = summary.totals.goodput
            kept = good is not None and good >= order.min_good
            gate = f"goodput >= {order.min_good:g}"
            why = "" if good is not None else why_nothing_was_measured(summary)
            verdicts.append(Verdict(gate=gate, kept=kept, value=good, unit="share", why=why))
        if order.baseline is not None:
            changes = changes_between(order.baseline, summary)
            if not changes:
                why = f"no figure has {FEWEST} values both here and in the baseline"
                verdicts.append(
                    Verdict(gate="--baseline", kept=False, value=None, unit="share", why=why)
                )
            for change in changes:
                interval = f"95 % interval {change.low:+.1%} to {change.high:+.1%}"
                why = f"median {change.before:.4g} → {change.after:.4g} {change.unit}, {interval}"
                verdicts.append(
                    Verdict(
                        gate=f"{change.figure} no more than {order.regress:.0%} worse",
                        kept=not change.regressed(order.regress),
                        value=change.change,
                        unit="share",
                        why=why,
                    )
                )
        return verdicts

    def _exit_code(
        self, batch: Batch, summary: Summary, verdicts: list[Verdict], *, wrote: bool, closed: bool
    ) -> int:
        if self._code is not None:
            return self._code
        if closed:
            return self._stdout_code
        if not wrote or any(lane.load_problem is not None for lane in batch.lanes):
            return exit_codes.USAGE
        if not all(verdict.kept for verdict in verdicts):
            return exit_codes.GATE_FAILED
        return exit_codes.RUN_FAILED if summary.runs.failed else exit_codes.OK


def _agent_of(batch: Batch) -> str:
    return next((lane.loaded.agent for lane in batch.lanes if lane.loaded is not None), "")


def _ignore(_: str) -> None:
    pass


def _words(verdict: Verdict) -> str:
    value = "—" if verdict.value is None else in_unit(verdict.value, verdict.unit)
    measured = "~" * verdict.estimated + value
    met = "met" if verdict.kept else "NOT MET"
    return f"gate {met}: {verdict.gate} · {measured}" + (f" · {verdict.why}" if verdict.why else "")


def _write(path: Path, text: str) -> bool:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        say(f"{path} cannot be written: {error.strerror}")
        return False
    return True
