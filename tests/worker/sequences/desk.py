"""A user at a desk: random deeds with messages that wait, and with retries and their undoing.

The real run control, waiting messages, fold and copy of the ledger, with a real worker.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import msgspec
from msgspec.structs import replace

from tests.support.provider.conversation import text_of
from tests.support.provider.request import RequestRecord
from tests.support.provider.validate import validate_items
from tests.worker.driver import WorkerProcess
from tests.worker.sequences.check import NESTED
from tests.worker.sequences.names import PLACEHOLDER
from tui.core.conversation import Conversation, FollowUp, Request, UserMessage, fold
from tui.core.conversation.document import Document
from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.core.metrics import Thresholds
from tui.journal.resume import Now, Resumed, read_back
from tui.protocol import events
from tui.protocol.attached_files import attached
from tui.protocol.commands import (
    Approve,
    CancelTool,
    ClearHistory,
    Command,
    RetryNow,
    StartRun,
    UndoRetry,
)
from tui.stream.run_control import RunControl
from tui.stream.waiting_messages import WaitingMessages

TIMEOUT = 60.0
TOKEN = re.compile(r"\bm\d+\b")
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
LONG_WAIT = 1.0
LINE = 240
DIED = 7

QUEUEING = [
    *["submit"] * 4, *["attach"] * 2, "steer", "steer", "steer with", "edit", "edit", "move",
    "move", "drop", "drop", "put back", "put back", "retry", "undo", "cancel", "cancel and write",
    "stop", "kill", "resume", "fork", "send", "wait", "wait", *["look on"] * 5,
]  # fmt: skip
RETRYING = [
    "submit", "submit", "attach", "steer", *["retry"] * 6, *["undo"] * 7, *["wait"] * 5,
    *["look on"] * 4, "cancel", "kill", "resume", "fork", "send",
]  # fmt: skip


@dataclass
class Desk:
    """One conversation, with one worker at a time; ``findings`` is what was wrong."""

    start: Callable[[ExitStack], WorkerProcess]
    requests: list[RequestRecord]
    findings: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    trace: list[str] = field(default_factory=list)
    _life: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self._worker, self._at = self.start(self._life), 0
        self.begin()

    def close(self) -> None:
        self._life.close()

    def begin(self) -> None:
        """Another conversation."""
        self._write(ClearHistory())
        self._forget()
        self.images: dict[str, tuple[str, ...]] = {}
        """By the word of each message that must not be lost, what is attached to it."""
        self._words = 0
        self._ledgers: set[tuple[str, ...]] = set()
        self.trace.clear()
        self.control = RunControl(self.send, lambda: self.state, self._note)
        self.waiting = WaitingMessages(
            self.control, self.send, lambda: self.state, self._take, time.monotonic_ns
        )

    def _forget(self) -> None:
        """Nothing has been said."""
        self.state, self.mirror, self.document = Conversation(), HistoryMirror(), Document()
        self.session: list[events.Event] = []
        self._draft = ""
        """A message that was not sent."""
        self._dropped: list[tuple[FollowUp, int, dict[str, tuple[str, ...]]]] = []
        self._aside: list[list[msgspec.Raw]] = []
        self._returned: set[str] = set()
        """Runs that have ended without their message in the ledger: it is in the prompt again."""

    def play(self, seed: str) -> list[str]:
        """What was wrong with one conversation."""
        self.begin()
        random = Random(seed)
        first = len(self.requests)
        deeds = random.choice([QUEUEING, RETRYING])
        self._do("submit", random)
        for _ in range(random.randint(4, 16)):
            deed = random.choice(deeds)
            self.trace.append(f"--- {deed}")
            self.seen[deed] += 1
            self._do(deed, random)
            if self.findings:
                break
        else:
            self._finish()
        for request in self.requests[first:]:
            self.findings += self._request_findings(request)
        found, self.findings = self.findings, []
        return found

    # Deeds

    def _do(self, deed: str, random: Random) -> None:
        waiting = self.state.waiting
        one = random.choice(waiting) if waiting else None
        now = time.monotonic_ns()
        if deed in {"retry", "undo"} and random.random() < 0.7:
            # At once, most of them would be refused.
            self._look_on(10_000 if deed == "retry" else random.randint(2, 60))
        attaches = deed == "attach" or random.random() < 0.2
        images = (_attachment(random),) if attaches else ()
        match deed:
            case "submit" | "attach":
                self.waiting.submit(self._message(images), now, images)
            case "steer":
                self.waiting.steer(self._message(images), now, images)
            case "send":
                self.waiting.send_next(now, anyway=True)
            case "retry":
                self.seen[f"retry {self.control.retry(now, confirmed=True)}"] += 1
            case "undo":
                self.seen[f"undo {self.control.undo_retry(now)}"] += 1
            case _ if one is not None:
                self._arrange(deed, one, images)
        self._disturb(deed, random)

    def _arrange(self, deed: str, one: FollowUp, images: tuple[str, ...]) -> None:
        """Do something with a message that waits."""
        match deed:
            case "steer with":
                self.waiting.steer_with(one.key)
            case "edit":
                # It has another word then; what is attached stays, or is replaced.
                for word in TOKEN.findall(one.text):
                    del self.images[word]
                self.waiting.edit(one.key, self._message(images or one.images), images or None)
            case "move":
                self.waiting.move(one.key, -1 if images else 1)
            case "drop":
                place = [each.key for each in self.state.waiting].index(one.key)
                words = {word: self.images.pop(word) for word in TOKEN.findall(one.text)}
                self.waiting.drop(one.key)
                self._dropped.append((one, place, words))
            case _:
                pass

    def _disturb(self, deed: str, random: Random) -> None:
        match deed:
            case "cancel" | "cancel and write":
                self.waiting.give_up_steering()
                self.control.cancel(time.monotonic_ns())
                if deed == "cancel and write":
                    self.waiting.submit(self._message(), time.monotonic_ns())
            case "stop":
                self.control.cancel(time.monotonic_ns(), mode="after_call")
            case "put back" if self._dropped:
                message, place, words = self._dropped.pop()
                self.images |= words
                self.waiting.put_back(message, place)
            case "kill":
                self._worker.process.kill()
                self._restart()
            case "resume":
                self._resume()
            case "fork":
                self._fork(random)
            case "wait":
                self._look_on(10_000)
            case "look on":
                self._look_on(random.randint(1, 12))

    def _message(self, images: tuple[str, ...] = ()) -> str:
        self._words += 1
        self.images[f"m{self._words}"] = images
        return f"m{self._words}"

    def _finish(self) -> None:
        """Send everything that still waits; nothing that was said may be missing then."""
        self._look_on(10_000)
        for _ in range(100):
            if not self.state.waiting:
                break
            self.waiting.send_next(time.monotonic_ns(), anyway=True)
            self._look_on(10_000)
        said = [word for item in self._items() if _by_user(item) for word in _words_of(item)]
        self.findings += [f"{word} is lost" for word in self.images if word not in said]
        self.findings += [
            f"{word} was dropped, and said" for word in said if word not in self.images
        ]
        for item in filter(_by_user, self._items()):
            wanted = sum(len(self.images.get(word, ())) for word in _words_of(item))
            if (parts := _attached_parts(item)) != wanted:
                self.findings.append(f"{_words_of(item)} has {parts} attached, not {wanted}")

    # The worker and its events

    def send(self, command: Command) -> bool:
        """As the supervisor does it."""
        if self._worker.ended:
            return False
        if isinstance(command, UndoRetry):
            command = replace(command, history=self.mirror.before_retry())
        if isinstance(command, StartRun):
            wanted = tuple(x for word in TOKEN.findall(command.prompt) for x in self.images[word])
            if command.images != wanted:
                self.findings.append(f"{command.prompt} is sent with other attachments")
        return self._write(command)

    def _write(self, command: Command) -> bool:
        with suppress(BrokenPipeError):
            self._worker.send(command)
            return True
        return False

    def _look_on(self, most: int) -> None:
        """Take up to so many events, and all until nothing runs."""
        for _ in range(most):
            if not (self.state.running or self.state.undoing):
                return
            event = self._worker.event(self._at, TIMEOUT)
            if event is None:
                self._died()
            else:
                self._at += 1
                self._take(event)
                self._react(event)
            if self.findings:
                return

    def _died(self) -> None:
        if not self._worker.ended:
            self.findings.append(f"nothing comes any more: {self._worker.events[-3:]}")
            self._worker.process.kill()
        elif self._worker.exit_code() != DIED:
            self.findings.append(f"the worker died: {self._worker.printed.decode()[-2000:]}")
        self._restart()

    def _restart(self) -> None:
        self._drain()
        self._take(events.WorkerExited(at=time.monotonic_ns(), code=-9))
        self._draft = self._draft or self.state.returned_prompt
        self._new_worker()
        self._again()

    def _resume(self) -> None:
        """The dashboard is killed with its worker; another one reads the session."""
        self._worker.process.kill()
        self._drain()
        open_request = self.state.run if self.state.running else None
        stored = self._read_back()
        for event in stored.ends:
            self._take(event)
        self.document, state = Document(), Conversation()
        for event in self.session:
            state = self.document.after(state, event)
        self.state, self.mirror = stored.conversation, stored.history
        self._new_worker()
        if open_request is not None and not open_request.begun and open_request.mode == "send":
            # It was on the screen only: as with a prompt that was not sent, it is typed again.
            self._draft = open_request.prompt
        self._again()

    def _read_back(self) -> Resumed:
        return read_back(
            [self.session], clean=lambda event: event, thresholds=Thresholds(),
            now=Now(at=time.monotonic_ns(), wall=time.time()),
        )  # fmt: skip

    def _fork(self, random: Random) -> None:
        """Continue in a copy of the session up to the end of a run."""
        self.waiting.give_up_steering()
        self.control.cancel(time.monotonic_ns())
        self._look_on(10_000)
        ends = [at for at, one in enumerate(self.session) if isinstance(one, events.RunFinished)]
        if self.findings or self.state.running or not ends:
            return
        copied = self.session[: random.choice(ends) + 1]
        self._forget()
        for event in copied:
            self._take(event)
        self._take(events.SessionForked(at=copied[-1].at, session="new", origin="old"))
        stored = self._read_back()
        if stored.history.take().items != self.mirror.take().items:
            self.findings.append("the fork has another history")
        self.state, self.mirror = stored.conversation, stored.history
        self._draft = self.state.returned_prompt
        here = {*_said(self._items()), *TOKEN.findall(self._draft)}
        self.images = {word: images for word, images in self.images.items() if word in here}
        self._write(ClearHistory() if self.mirror.empty else self.mirror.take())
        self._again()

    def _again(self) -> None:
        """What is in the prompt again, with the names of its files, is sent again."""
        text, self._draft = self._draft, ""
        if text:
            images = tuple(x for word in TOKEN.findall(text) for x in self.images[word])
            self.waiting.submit(text, time.monotonic_ns(), images)

    def _new_worker(self) -> None:
        self._life.close()
        self._life = ExitStack()
        self._worker, self._at = self.start(self._life), 0
        if not self.mirror.empty:
            self._write(self.mirror.take())

    def _drain(self) -> None:
        while (event := self._worker.event(self._at, TIMEOUT)) is not None:
            self._at += 1
            self._take(event)

    def _react(self, event: events.Event) -> None:
        """As the dashboard does it."""
        match event:
            case events.RunFinished():
                self.seen[event.outcome] += 1
                self._check_ledger()
                self._again()
                self.waiting.send_next(time.monotonic_ns())
            case events.RetryUndone() | events.UndoRefused():
                self.seen[type(event).__name__] += 1
                self._check_ledger()
                self.waiting.send_next(time.monotonic_ns())
            case events.ApprovalRequested():
                self._write(Approve(tool_call=event.tool_call))
            case events.ToolStarted(name="hold"):
                self._write(CancelTool(tool_call=event.tool_call))
            case events.RetryScheduled(delay=delay) if delay > LONG_WAIT:
                self._write(RetryNow(run=event.run))
            case _:
                pass

    def _note(self, request: Request) -> None:
        self.trace.append(str(request)[:LINE])
        self._fold(request)

    def _take(self, event: events.Event) -> None:
        self.trace.append(str(event)[:LINE])
        self._keep_aside(event)
        self.session.append(event)
        self.mirror.observe(event)
        self._fold(event)
        if isinstance(event, events.RunFinished) and not event.kept:
            self._returned.add(event.run)
            self._draft = self.state.returned_prompt
        if isinstance(event, events.RetryUndone) and self._aside:
            self._aside.insert(0, self._current)
            if list(self.mirror.take().items) != self._aside.pop():
                self.findings.append("the ledger is not as it was before the retry")
        if isinstance(event, events.HistoryChanged | events.RetryUndone):
            self._ledgers.add(tuple(_said(self._items())))

    def _keep_aside(self, event: events.Event) -> None:
        self._current = list(self.mirror.take().items)
        if isinstance(event, events.RunStarted):
            self._returned.discard(event.run)
            if event.mode == "rewind":
                self._aside.append(self._current)
            elif event.mode == "send":
                self._aside.clear()

    def _fold(self, event: events.Event | Request) -> None:
        running = bool(self.state.running)
        self.state = fold(self.state, event)
        self.document.add(event, self.state.changes, running=running)

    # What must hold

    def _items(self) -> list[dict[str, Any]]:
        return [msgspec.json.decode(item) for item in self.mirror.take().items]

    def _check_ledger(self) -> None:
        """It is valid, and its messages are those on the screen."""
        problems = validate_items(self._items())
        self.findings += [f"history: {text}" for text in problems if PLACEHOLDER not in text]
        shown = [
            word
            for entry, _ in self.document.entries()
            if isinstance(entry, UserMessage) and entry.run not in self._returned
            for word in TOKEN.findall(entry.text)
        ]
        if (said := _said(self._items())) != shown:
            self.findings.append(f"the ledger says {said}, the screen {shown}")

    def _request_findings(self, request: RequestRecord) -> Iterator[str]:
        yield from (f"request {request.number}: {problem}" for problem in request.problems)
        if request.instructions != NESTED and tuple(_said(request.items)) not in self._ledgers:
            yield f"request {request.number} says {_said(request.items)}: no ledger does"


def _attachment(random: Random) -> str:
    if random.random() < 0.5:
        return attached("dot.png", PICTURE)
    return attached("notes.txt", f"line {random.randint(1, 99)}".encode())


def _by_user(item: dict[str, Any]) -> bool:
    return item.get("role") == "user"


def _words_of(item: dict[str, Any]) -> list[str]:
    content = item.get("content")
    parts = content if isinstance(content, list) else [content]
    # The text of a file follows the message.
    return [word for part in parts for word in TOKEN.findall(text_of([part]) or text_of(part))]


def _said(items: Any) -> list[str]:
    return [word for item in items if _by_user(item) for word in _words_of(item)]


def _attached_parts(item: dict[str, Any]) -> int:
    content = item.get("content")
    return len(content) - 1 if isinstance(content, list) else 0
