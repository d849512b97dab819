"""A dialogue in plain lines: read a line, say what happens, read the next."""

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import click

from tui.core.config.settings import AppOptions
from tui.core.sanitize.characters import clean_line
from tui.core.sanitize.secret_stream import StreamMasker
from tui.core.sanitize.secrets import Masker
from tui.headless import exit_codes
from tui.headless.ending import exit_code_of, say
from tui.headless.plain.line_reader import Key, LineReader, Typed
from tui.headless.plain.spoken_lines import SpokenLines, spoken_figures
from tui.journal import Journal
from tui.journal.journal_errors import JournalState
from tui.journal.sessions import CANNOT_OPEN, Sessions, place_of
from tui.journal.stored_figures import limits_of
from tui.protocol import events
from tui.protocol.commands import Approve, Reject, SetModel
from tui.stream.dispatcher import Dispatcher, Past
from tui.stream.facts import Fact, StreamAdvanced
from tui.stream.run_control import QUIT_WINDOW, RunControl
from tui.stream.source import Source
from tui.stream.supervisor import Supervisor, why_no_worker

HELP = """Type a message and press Enter. Ctrl+C cancels a run, or drops the line; Ctrl+D quits.
/retry continues a failed turn, or runs the last one again.
/undo-retry brings back the answer that a retry took back.
/answer reads the last answer again. /tool reads the last tool call in full.
/stats reads the figures of the last turn. /model NAME uses another model.
/reload loads the agent again. /help reads this. /quit quits."""

QUESTION = "y for yes, a for always, n for no"


def run_plain(options: AppOptions, source: Source | None = None) -> int:
    """Talk until the input ends; returns the exit code. Raise one of `CANNOT_OPEN`."""
    reader = LineReader()
    dialogue = PlainDialogue(options, source or Supervisor(options.worker_command), reader)
    code = exit_code_of(lambda: reader.run(lambda: asyncio.run(dialogue.run())), *CANNOT_OPEN)
    # Now that the reader has left the line with the prompt.
    if dialogue.way_back:
        say(dialogue.way_back)
    return code


class PlainDialogue:
    """One conversation on stdin and stdout."""

    def __init__(self, options: AppOptions, source: Source, reader: LineReader) -> None:
        self._options = options
        self._source = source
        self._reader = reader
        self._masker = Masker(options.secrets)
        self._lines = SpokenLines()
        self._approvals: list[events.ApprovalRequested] = []
        self._typed: asyncio.Queue[Typed] = asyncio.Queue()
        self._idle = asyncio.Event()
        """Nothing runs, and the agent is loaded or cannot be."""
        self._confirm_retry = False
        self._quit_armed = -QUIT_WINDOW
        """When Ctrl+C was pressed while nothing ran: `time.monotonic()`."""
        self._saved = True
        self.way_back = ""
        """How to open this session again, in words; "" if it is empty or not stored."""
        self._texts: dict[str, Callable[[], str]] = {
            "/help": lambda: HELP,
            "/answer": lambda: self._lines.last_answer or "There is no answer yet.",
            "/tool": lambda: self._lines.last_tool or "No tool was called yet.",
            "/stats": lambda: spoken_figures(self._dispatcher.figures()),
        }
        """What a command reads."""
        self._acts: dict[str, Callable[[], None]] = {
            "/retry": self._retry,
            "/undo-retry": self._undo_retry,
            "/reload": self._reload,
        }
        self._sessions = self._stored_sessions()
        recorder = self._sessions.recorder if self._sessions is not None else None
        self._dispatcher = Dispatcher(
            self._advanced,
            journal=recorder,
            mask=StreamMasker(self._masker).mask,
            thresholds=limits_of(options.config),
            now=source.now,
            posts_figures=False,
        )
        self._control = RunControl(
            source.send,
            lambda: self._dispatcher.conversation,
            self._dispatcher.note,
            self._masker.mask,
        )

    async def run(self) -> int:
        """Until the input ends, or /quit."""
        await self._resume()
        self._reader.connect(self._typed.put_nowait, self._interrupted)
        stream = asyncio.create_task(self._dispatcher.run(self._source.batches()))
        try:
            return await self._talk()
        finally:
            await self._source.close()
            stream.cancel()
            if self._sessions is not None:
                await asyncio.to_thread(self._sessions.close)
                if self._saved and self._dispatcher.conversation.run is not None:
                    self.way_back = self._masker.mask(self._sessions.way_back(self._options))

    async def _talk(self) -> int:
        self._print("streamtui in plain lines. /help reads the commands.")
        asked = False
        while True:
            if not self._approvals:
                await self._idle_or_asked()
            if self._approvals and not asked:
                self._ask()
            asked = bool(self._approvals)
            if self._typed.empty():
                self._reader.want()
            line = await self._typed.get()
            if line is None:
                return exit_codes.OK
            if isinstance(line, Key):
                self._interrupted()
            elif self._approvals:
                asked = not self._answer(line)
                if asked:
                    self._print(f"Please type {QUESTION}.")
            elif self._entered(line.strip()):
                return exit_codes.OK

    async def _idle_or_asked(self) -> None:
        """Wait until there is something to type."""
        self._change = asyncio.Event()
        while not self._approvals and not self._idle.is_set():
            if not self._typed.empty():
                return  # the input has ended, or a signal came
            self._change.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._change.wait(), 0.2)

    def _entered(self, line: str) -> bool:
        """Do what a line says; True to quit."""
        word, _, rest = line.partition(" ")
        if self._confirm_retry:
            self._confirm_retry = False
            if line.lower() in {"y", "yes"}:
                self._retry(confirmed=True)
        elif word in {"/quit", "/exit"}:
            return True
        elif word in self._acts:
            self._acts[word]()
        elif word == "/model":
            self._source.send(SetModel(model=rest.strip()))
            self._print(f"Model from the next turn on: {rest.strip() or 'its own'}.")
        elif word in self._texts:
            self._print(self._texts[word]())
        elif word.startswith("/") and "/" not in word[1:]:
            self._print(f"There is no command {word} here. /help lists the commands.")
        elif word:
            self._send(line)
        return False

    def _send(self, line: str) -> None:
        match self._control.submit(line, self._source.now()):
            case "sent":
                self._idle.clear()
            case "no worker":
                self._print(why_no_worker(self._source))
            case "busy":
                self._print("A run is in progress. Ctrl+C cancels it.")

    def _retry(self, *, confirmed: bool = False) -> None:
        match self._control.retry(self._source.now(), confirmed=confirmed):
            case "sent":
                self._idle.clear()
            case "confirm":
                self._confirm_retry = True
                self._print("The last turn ran tools. Run them again? Type y for yes.")
            case "draft":
                self._print("That message was not sent. Type it again.")
            case "no worker":
                self._print(why_no_worker(self._source))
            case _:
                self._print("There is nothing to retry.")

    def _undo_retry(self) -> None:
        match self._control.undo_retry(self._source.now()):
            case "sent":
                self._idle.clear()
            case "too late":
                self._print("A message was sent after the retry. It cannot be undone any more.")
            case "nothing":
                self._print("There is no retry to undo.")
            case "busy":
                self._print("A run is in progress. Ctrl+C cancels it.")
            case "no worker":
                self._print(why_no_worker(self._source))

    def _reload(self) -> None:
        self._print("Loading the agent again.")
        self._source.reload()

    def _ask(self) -> None:
        request = self._approvals[0]
        more = f" {len(self._approvals) - 1} more wait." if len(self._approvals) > 1 else ""
        self._print(f"May the tool {request.name} run? {QUESTION}.{more}")
        self._print(f"Arguments: {request.arguments}")

    def _answer(self, line: str) -> bool:
        """Answer the first question; False if the line is no answer."""
        answer = line.strip().lower()
        if answer not in {"y", "yes", "a", "always", "n", "no"}:
            return False
        request = self._approvals.pop(0)
        command = Reject if answer[0] == "n" else Approve
        self._source.send(command(tool_call=request.tool_call, always=answer[0] == "a"))
        return True

    def _interrupted(self) -> None:
        """Ctrl+C: cancel the run, or quit at the second one."""
        self._confirm_retry = False
        match self._control.cancel(time.monotonic_ns()):
            case "cancelling":
                self._print("Cancelling.")
            case "again":
                self._print("Restarting the agent's process. The conversation stays.")
                self._source.restart()
            case "idle" if time.monotonic() - self._quit_armed < QUIT_WINDOW:
                self._typed.put_nowait(None)
            case "idle":
                self._quit_armed = time.monotonic()
                self._print("Press Ctrl+C again to quit.")

    def _advanced(self, fact: Fact) -> None:
        if not isinstance(fact, StreamAdvanced) or not fact.live:
            return
        for step in fact.steps:
            for line in self._lines.of(step):
                self._print(line)
            self._follow(step.event)

    def _follow(self, event: object) -> None:
        match event:
            case events.SecretsLearned(values=values):
                self._masker.learn(values)
            case events.AgentLoaded(agent=agent, model=model, host=host):
                where = " at ".join(filter(None, (model, host)))
                self._print(f"The agent is {agent}{f', model {where}' if where else ''}.")
                self._idle.set()
            case events.ApprovalRequested(by_rule=False):
                self._approvals.append(event)
            case events.RunFinished() | events.AgentLoadFailed():
                self._approvals.clear()
                self._idle.set()
            case events.RetryUndone() | events.UndoRefused():
                self._idle.set()
            case events.WorkerExited(expected=False, final=final):
                self._approvals.clear()
                if final:
                    self._print(f"{why_no_worker(self._source)} /quit quits.")
                self._idle.set()
        if isinstance(event, events.CodeChanged | events.RunFinished):
            self._reload_if_changed()

    def _reload_if_changed(self) -> None:
        state = self._dispatcher.conversation
        if not state.changed_files:
            return
        if state.running:
            files = ", ".join(state.changed_files)
            self._print(f"{files} changed: the agent is reloaded after this run.")
        else:
            self._source.reload()

    def _stored_sessions(self) -> Sessions | None:
        options = self._options
        if options.journal is None:
            return None
        journal = Journal.open(options.journal, self._journal_changed, place=place_of(options))
        return Sessions(journal, masker=self._masker, thresholds=limits_of(options.config))

    def _journal_changed(self, state: JournalState) -> None:
        """Called in the journal's thread."""
        self._saved = state.saved
        if not state.saved:
            say(state.message or "The session is not saved.")

    async def _resume(self) -> None:
        session = self._options.session
        if session is None or self._sessions is None:
            return
        opened = self._sessions.open(session, self._source.now())
        resumed = opened.resumed
        self._source.restore(resumed.history)
        past = Past(steps=(), metrics=resumed.metrics, conversation=resumed.conversation)
        await self._dispatcher.replay(past, self._sessions.continue_with(opened))
        self._dispatcher.release()
        self._print(f"The session {opened.info.id} continues.")

    def _print(self, text: str) -> None:
        for line in text.splitlines() or [""]:
            click.echo(clean_line(line), color=False)
        sys.stdout.flush()
