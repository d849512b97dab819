"""A comparison without a screen: a batch for each column, all at once, and the report."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import msgspec

from tui.comparison.column_plan import ColumnPlan
from tui.comparison.comparison_options import ComparisonOptions
from tui.comparison.comparison_report import Report, json_report, markdown_report, report_of
from tui.comparison.report_file import write_report
from tui.comparison.rounds import Played, Round, recorded_rounds
from tui.comparison.text_report import text_report
from tui.core.metrics import Thresholds
from tui.core.sanitize.secrets import Masker
from tui.headless import exit_codes
from tui.headless.approval_policy import ApprovalPolicy
from tui.headless.batch import Batch, BatchPlan, jobs_of
from tui.headless.ending import exit_code_of, say
from tui.headless.face import Face
from tui.headless.lane import Terms
from tui.headless.output.bounded_writer import BoundedWriter
from tui.headless.output.progress import progress_bar
from tui.headless.output.stdout_failure import stdout_failed
from tui.headless.prompts import Prompt
from tui.headless.recorded_results import recorded_results
from tui.headless.report.difference import Difference, difference, difference_lines
from tui.headless.report.summary import Summary, summary_of
from tui.headless.results import Job, RunResult
from tui.journal import Journal, Place
from tui.journal.recordings import Recording


class SideBySide(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for on the command line."""

    compared: ComparisonOptions
    recordings: tuple[Recording, ...] = ()
    """Those of the columns; () if they have workers."""
    prompts: tuple[Prompt, ...]
    repeat: int = 1
    output: Literal["text", "json", "markdown"] = "text"
    approvals: ApprovalPolicy = ApprovalPolicy()
    thresholds: Thresholds = Thresholds()
    timeout: float | None = None
    journal: Path | None = None
    secrets: tuple[str, ...] = ()


def compare_headless(order: SideBySide) -> int:
    """Run all columns and print the report; returns the exit code."""
    if sys.stdout is None:
        say("stdout is closed")
        return exit_codes.STDOUT_CLOSED
    return exit_code_of(_Session(order).run)


class ReportOfPrompts(Report, frozen=True, kw_only=True):
    """The report of several prompts."""

    differences: dict[str, Difference]
    """By label, each column against the first, over all prompts."""


class _Session:
    def __init__(self, order: SideBySide) -> None:
        self._order = order
        self._masker = Masker(order.secrets)
        self._code: int | None = None
        """Set when a signal ends it early."""
        self._batches: list[Batch] = []
        self._began = time.time()

    def run(self) -> int:
        order = self._order
        if order.recordings:
            recorded = [recorded_results(one, order.thresholds) for one in order.recordings]
            for plan, ended in zip(order.compared.plans, recorded, strict=True):
                if not ended:
                    say(f"No run of {plan.label} has ended: nothing to compare.")
                    return exit_codes.USAGE
            return self._printed(recorded_rounds([list(map(_played, one)) for one in recorded]))
        jobs = jobs_of(order.prompts, repeat=order.repeat)
        with ExitStack() as stack:
            asyncio.run(self._run_all(jobs, stack))
        results = [batch.results for batch in self._batches]
        return self._printed(rounds_of(jobs, results, self._began))

    async def _run_all(self, jobs: list[Job], stack: ExitStack) -> None:
        plans = self._order.compared.plans
        # Loading takes different times: no column begins before the others can.
        start = asyncio.Barrier(len(plans))
        faces: tuple[Face, ...] = ()
        if sys.stderr is not None and sys.stderr.isatty():
            faces = (stack.enter_context(progress_bar(len(jobs) * len(plans))),)
        self._batches = [
            Batch(self._plan(plan), self._terms(plan, faces, stack), start.wait) for plan in plans
        ]
        loop = asyncio.get_running_loop()
        for number, code in (
            (signal.SIGINT, exit_codes.INTERRUPTED),
            (signal.SIGTERM, exit_codes.TERMINATED),
        ):
            loop.add_signal_handler(number, self._interrupt, code)
        await asyncio.gather(*(batch.run(jobs) for batch in self._batches))

    def _plan(self, plan: ColumnPlan) -> BatchPlan:
        return BatchPlan(worker_command=plan.worker_command, timeout=self._order.timeout)

    def _terms(self, plan: ColumnPlan, faces: tuple[Face, ...], stack: ExitStack) -> Terms:
        order, journal = self._order, None
        if order.journal is not None:
            place = Place(folder=str(Path.cwd()), reference=plan.reference)
            journal = Journal.open(order.journal, place=place)
            stack.callback(journal.close)
        return Terms(
            masker=self._masker,
            faces=faces,
            approvals=order.approvals,
            thresholds=plan.thresholds or order.thresholds,
            journal=journal,
        )

    def _interrupt(self, code: int) -> None:
        if self._code is not None:
            # Asked for twice: nothing is worth waiting for.
            os._exit(code)
        self._code = code
        for batch in self._batches:
            batch.interrupt()

    def _printed(self, rounds: Sequence[Round]) -> int:
        report = self._report(rounds)
        failures: list[OSError] = []
        writer = BoundedWriter(sys.stdout.fileno(), failures.append)
        writer.write(self._text(report, rounds), must=True)
        writer.close()
        wrote = self._wrote(report, rounds)
        if self._code is not None:
            return self._code
        if failures:
            return stdout_failed(failures[0])
        if not wrote or any(lane.load_problem for batch in self._batches for lane in batch.lanes):
            return exit_codes.USAGE
        ok = all(one is None or one.outcome == "ok" for each in rounds for one in each.results)
        return exit_codes.OK if ok else exit_codes.RUN_FAILED

    def _report(self, rounds: Sequence[Round]) -> Report:
        # A column of several prompts has a session for each.
        sessions = [
            batch.results[0].session if len(batch.results) == 1 else "" for batch in self._batches
        ] or [""] * len(self._order.compared.plans)
        report = report_of(
            self._order.compared.plans,
            rounds,
            sessions=sessions,
            version=version("streamtui"),
            wall=self._began,
            mask=self._masker.mask,
        )
        if len(rounds) < 2 or not self._batches:
            return report
        fields = {name: getattr(report, name) for name in report.__struct_fields__}
        return ReportOfPrompts(**fields, differences=self._all_differences())

    def _text(self, report: Report, rounds: Sequence[Round]) -> str:
        several = isinstance(report, ReportOfPrompts)
        match self._order.output:
            case "json":
                return json_report(report)
            case "markdown":
                text = markdown_report(report, rounds)
                fenced = ["", "## All prompts", "", "```", *self._differences(), "```", ""]
                return text + ("\n".join(fenced) if several else "")
            case _:
                text = text_report(report, rounds)
                return text + ("\n".join(["", *self._differences(), ""]) if several else "")

    def _differences(self) -> list[str]:
        """The same for people."""
        first = self._order.compared.plans[0].label
        lines: list[str] = []
        for label, found in self._all_differences().items():
            lines += [*([""] if lines else [])]
            lines += difference_lines(found, (first, label), None)
        return lines

    def _all_differences(self) -> dict[str, Difference]:
        """Each column against the first, over all prompts."""
        first, *others = map(self._summary, self._order.compared.plans, self._batches)
        # Answers differ: they are in the report of each prompt.
        return {
            plan.label: msgspec.structs.replace(difference(first, other), runs=())
            for plan, other in zip(self._order.compared.plans[1:], others, strict=True)
        }

    def _summary(self, plan: ColumnPlan, batch: Batch) -> Summary:
        return summary_of(
            batch.results,
            agent="",
            version=version("streamtui"),
            began=batch.began,
            seconds=batch.seconds,
            limits=plan.thresholds or self._order.thresholds,
            interrupted=batch.interrupted,
        )

    def _wrote(self, report: Report, rounds: Sequence[Round]) -> bool:
        path = self._order.compared.report
        if path is None:
            return True
        try:
            write_report(path, report, rounds, overwrite=True)
        except OSError as error:
            say(f"{path} cannot be written: {error.strerror}")
            return False
        return True


def rounds_of(
    jobs: Sequence[Job], results: Sequence[Sequence[RunResult]], wall: float
) -> list[Round]:
    """A round for each job that any column has run."""
    columns = [{one.job.number: one for one in column} for column in results]
    return [
        Round(
            number=number,
            prompt=job.prompt.text,
            wall=wall,
            results=tuple(column.get(job.number) for column in columns),
        )
        for number, job in enumerate(jobs, 1)
        if any(job.number in column for column in columns)
    ]


def _played(result: RunResult) -> Played:
    wall = result.turn.wall if result.turn is not None else 0.0
    return Played(result.job.prompt.text, wall, result)
