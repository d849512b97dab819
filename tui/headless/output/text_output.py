"""The answers on stdout as they stream, and what else happens on stderr."""

from collections.abc import Callable, Sequence

import click
from typing_extensions import override

from tui.core.conversation import Change, Failure, Notice, OutputLine, Speech, Step, ToolCall
from tui.core.formatting import duration
from tui.headless.face import Face
from tui.headless.output.bounded_writer import BoundedWriter
from tui.headless.report.figure_line import figure_line
from tui.headless.results import Job, RunResult
from tui.protocol import events
from tui.protocol.events import Event

_STATES = {"ok": "", "error": "failed", "unknown": "cut off; may have completed"}


class TextOutput(Face):
    """One run at a time streams; of several at once, each answer is printed when it is whole."""

    def __init__(
        self,
        writer: BoundedWriter,
        *,
        streams: bool,
        titled: bool,
        one_screen: bool = False,
        say: Callable[[str], object] = lambda line: click.echo(line, err=True),
    ) -> None:
        """``titled``: the prompt's id stands before what is said of its run.

        ``one_screen``: stdout and stderr are one terminal, so no line starts amid another.
        """
        self._writer = writer
        self._streams = streams
        self._titled = titled
        self._one_screen = one_screen
        self._say = say
        self._printed: dict[int, list[str]] = {}
        """By job, what is on stdout of its answer, by part."""
        self._key = ""

    @override
    def began(self, job: Job) -> None:
        self._printed[job.number] = []
        self._key = ""

    @override
    def advanced(self, job: Job, steps: Sequence[Step]) -> None:
        for step in steps:
            for change in step.changes:
                self._show(job, change)
            if isinstance(step.event, events.RetryScheduled):
                event = step.event
                self._tell(job, f"retrying in {event.delay:.1f} s "
                           f"(attempt {event.attempt} of {event.most})")  # fmt: skip

    @override
    def aside(self, event: Event) -> None:
        if isinstance(event, events.OutputPrinted):
            self._say(event.text)

    @override
    def ended(self, result: RunResult) -> None:
        printed = "".join(self._printed.pop(result.job.number, []))
        if not result.job.is_warm_up:
            # A final output that code made, or an answer that did not stream.
            missing = result.answer if not printed else ""
            if printed or missing:
                self._writer.write(missing + ("" if (printed + missing).endswith("\n") else "\n"))
        if result.outcome != "ok":
            problem = result.problem
            words = problem.message if problem is not None else result.outcome
            self._tell(result.job, f"{result.outcome}: {words}")
            if problem is not None and problem.advice:
                self._tell(result.job, problem.advice)
        self._tell(result.job, figure_line(result))

    def _show(self, job: Job, change: Change) -> None:
        match change.item:
            case Speech(kind="answer" | "refusal", parent="", key=key):
                if self._streams and not job.is_warm_up and change.kind == "grew":
                    self._print(job, key, change.text)
            case ToolCall() as tool if change.kind == "ended":
                took = tool.elapsed(tool.ended or 0)
                time = "" if took is None else f" · {duration(took)}"
                state = _STATES.get(tool.state, tool.state)
                self._tell(job, f"{tool.name} {tool.arguments} → {state or tool.output}{time}")
            case Notice(kind="guardrail", text=text) | OutputLine(level="warning", text=text):
                self._tell(job, text)
            case Failure(problem=problem) if change.kind == "began" and not problem.advice:
                self._tell(job, problem.message)

    def _print(self, job: Job, key: str, text: str) -> None:
        printed = self._printed[job.number]
        if key != self._key and printed and not printed[-1].endswith("\n"):
            # Another part of the answer, or an answer that starts over.
            text = "\n" + text
        self._key = key
        printed.append(text)
        self._writer.write(text)

    def _tell(self, job: Job, words: str) -> None:
        line = " ".join(words.split())
        if line:
            printed = self._printed.get(job.number)
            if self._one_screen and printed and not printed[-1].endswith("\n"):
                printed.append("\n")
                self._writer.write("\n")
                self._writer.flush()
            self._say(f"[{job.name}] {line}" if self._titled else line)
