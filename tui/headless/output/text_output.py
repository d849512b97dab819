"""The answers on stdout as they stream, and what else happens on stderr."""

import os
import re
import sys
from collections.abc import Callable, Sequence

import click
from typing_extensions import override

from tui.core.conversation import Change, OutputLine, Speech, Step, ToolCall
from tui.core.formatting import call_time, counted
from tui.headless.face import Face
from tui.headless.output.bounded_writer import BoundedWriter
from tui.headless.report.figure_line import figure_line
from tui.headless.results import Job, RunResult
from tui.protocol import events
from tui.protocol.events import Event

LONGEST = 500
"""Characters of a call's arguments or result that are printed; the other outputs have all."""

_STATES = {"error": "failed", "unknown": "interrupted; may have completed"}


_OF_THE_SCREEN = re.compile(r"retry key|Ctrl\+R|the details|reload|A new one starts", re.IGNORECASE)
"""What advice says of keys and cards that only the dashboard has."""


def advice_without_screen(advice: str) -> list[str]:
    """The lines of a problem's advice, without the sentences about the dashboard."""
    return [
        kept
        for line in advice.splitlines()
        if (kept := " ".join(
            sentence for sentence in re.split(r"(?<=[.;]) ", line)
            if not _OF_THE_SCREEN.search(sentence)
        ).strip())
    ]  # fmt: skip


def _outcome(tool: ToolCall) -> str:
    if tool.state == "ok":
        return tool.brief_output or "(nothing)"
    words = _STATES.get(tool.state, tool.state)
    why = tool.problem.message if tool.problem is not None else tool.note
    return f"{words}: {why}" if why else words


def _shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]} … ({counted(len(text) - LONGEST, 'more character')})"


def is_one_screen() -> bool:
    """Whether stdout and stderr are read together: two terminals, or one file or pipe (2>&1)."""
    out, err = sys.stdout, sys.stderr
    if out.isatty() and err.isatty():
        return True
    try:
        return os.path.sameopenfile(out.fileno(), err.fileno())
    except OSError:
        return False


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

        ``one_screen``: stdout and stderr are one terminal or file, so no line starts amid another.
        """
        self._writer = writer
        self._streams = streams
        self._titled = titled
        self._one_screen = one_screen
        self._say = say
        self._printed: dict[int, list[str]] = {}
        """By job, what is on stdout of its answer, by part."""
        self._key = ""
        self._failures: dict[tuple[int, str], str] = {}
        """By job and model call, why its last attempt failed."""

    @override
    def began(self, job: Job) -> None:
        self._printed[job.number] = []
        self._key = ""

    @override
    def advanced(self, job: Job, steps: Sequence[Step]) -> None:
        for step in steps:
            for change in step.changes:
                self._show(job, change)
            match step.event:
                case events.RunFinished(empty=empty) if empty:
                    self._say_of(job, empty)
                case events.AttemptFailed(call=call, problem=problem):
                    self._failures[job.number, call] = problem.message
                case events.RetryScheduled() as event:
                    why = self._failures.pop((job.number, event.call), "")
                    self._say_of(job, f"retrying in {event.delay:.1f} s (attempt {event.attempt}"
                                 f" of {event.most})" + (f": {why}" if why else ""))  # fmt: skip

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
                if self._one_screen:
                    self._writer.flush()
        problem = result.problem
        if result.outcome == "cancelled" or problem is None:
            self._say_of(result.job, "" if result.outcome == "ok" else result.outcome)
        elif result.outcome == "failed":
            self._say_of(result.job, f"failed: {problem.message}")
            for line in advice_without_screen(problem.advice):
                self._say_of(result.job, line)
        self._say_of(result.job, figure_line(result))

    def _show(self, job: Job, change: Change) -> None:
        match change.item:
            case Speech(kind="answer" | "refusal", parent="", key=key):
                if self._streams and not job.is_warm_up and change.kind == "grew":
                    self._print(job, key, change.text)
            case ToolCall() as tool if change.kind == "ended":
                took = tool.elapsed(tool.ended or 0)
                time = "" if took is None else f" · {call_time(took, approximate=tool.hosted)}"
                arguments, outcome = _shortened(tool.arguments), _shortened(_outcome(tool))
                self._say_of(job, f"{tool.name} {arguments} → {outcome}{time}")
            case OutputLine(level="warning", text=text):
                self._say_of(job, text)

    def _print(self, job: Job, key: str, text: str) -> None:
        printed = self._printed[job.number]
        if key != self._key and printed and not printed[-1].endswith("\n"):
            # Another part of the answer, or an answer that starts over.
            text = "\n" + text
        self._key = key
        printed.append(text)
        self._writer.write(text)

    def _say_of(self, job: Job, words: str) -> None:
        line = " ".join(words.split())
        if line:
            printed = self._printed.get(job.number)
            if self._one_screen and printed and not printed[-1].endswith("\n"):
                printed.append("\n")
                self._writer.write("\n")
                self._writer.flush()
            self._say(f"[{job.name}] {line}" if self._titled else line)
