"""One row of the table of faults: make it happen, and look at everything it touches."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from tests.faults.dashboard import Dashboard, Dashboards, wait_until
from tests.faults.planted import export, leaks
from tests.faults.report import Report
from tests.faults.sent_items import Said, said_in
from tests.faults.spec import RETRY_CLASSES, SPECS
from tests.support.provider import Answer, Provider, Step
from tests.support.provider.request import RequestRecord
from tests.support.terminal import Terminal
from tui.core.metrics import Figures, Metrics, figures, fold
from tui.journal import JournalStore
from tui.protocol.events import (
    AttemptFailed,
    Event,
    Problem,
    RetryScheduled,
    RunFinished,
    ToolFinished,
)

PROMPT = "count to four"
NEXT = "and then?"
INTERRUPTED = "\n\n[interrupted]"
E = TypeVar("E", bound=Event)


class Row:
    """``play`` is the whole story of most rows; the others use its parts."""

    def __init__(self, number: int, api: str, dashboards: Dashboards) -> None:
        self.number = number
        self.spec = SPECS[number]
        self.api = api
        self.report = Report(number, api)
        self._dashboards = dashboards
        self._dashboard: Dashboard | None = None
        self._keep = True
        self._session_before = ""
        self._raw_before = self._events_before = self._requests_before = 0

    # The program

    def start(
        self, *, keep: bool = True, ready: bool = True, warm: bool = True, **wanted: object
    ) -> Dashboard:
        """A program with these settings and this agent, its conversation empty.

        ``keep``: another row may go on with it. ``ready``: its agent is loaded.
        ``warm``: its worker may be a forked one.
        """
        dashboard = self._dashboards.get(warm=warm, **{"api": self.api, **wanted})
        self._dashboard = dashboard
        self._keep = keep
        self._raw_before = len(dashboard.raw)
        if ready:
            dashboard.loaded()
        self._session_before = dashboard.session
        self._events_before = len(dashboard.events())
        self._requests_before = len(dashboard.provider.requests)
        return dashboard

    @property
    def dashboard(self) -> Dashboard:
        return self._dashboard or self.start()

    @property
    def terminal(self) -> Terminal:
        return self.dashboard.terminal

    @property
    def provider(self) -> Provider:
        return self.dashboard.provider

    @property
    def requests(self) -> list[RequestRecord]:
        """The requests of this row."""
        return self.provider.requests[self._requests_before :]

    def leave(self, *, sound: bool) -> None:
        """Look for leaks; leave the program to the next row, or end it where it may be broken."""
        if self._dashboard is None:
            return
        dashboard, self._dashboard = self._dashboard, None
        found = leaks(dashboard.raw[self._raw_before :], dashboard.home)
        if sound and self._keep and not found:
            dashboard.terminal.type("/clear\n")
            dashboard.terminal.wait_for(lambda screen: not _shows(screen, PROMPT))
        else:
            self._dashboards.discard(dashboard)
        assert found == [], "planted secrets were found"

    # The person

    def say(self, *steps: Step, prompt: str = PROMPT) -> None:
        """Type a message, to which the provider answers with these steps."""
        _ = self.dashboard
        self.provider.append(*steps)
        self.terminal.type(f"{prompt}\n")

    def retry(self, *steps: Step) -> None:
        """Ask for another try."""
        self.provider.append(*steps)
        self.terminal.press("ctrl+r")

    def sees(self, *patterns: str) -> None:
        """Wait until each stands on the screen, one after the other; note the lines."""
        for pattern in patterns:
            screen = self.terminal.wait_for(re.compile(pattern))
            line = next((line for line in screen if re.search(pattern, line)), pattern)
            found = re.search(pattern, line)
            seen = found.group() if found else pattern
            if seen not in self.report.seen:
                self.report.seen.append(seen)

    def never_saw(self, *patterns: str) -> None:
        """None of them stands on the screen."""
        found = [pattern for pattern in patterns if re.search(pattern, self.terminal.text)]
        assert found == []

    # What happened

    def events(self) -> list[Event]:
        """This row's, as far as the journal holds them."""
        events = self.dashboard.events()
        # A conversation that was cleared goes on in a session of its own.
        same = self.dashboard.session == self._session_before
        return events[self._events_before :] if same else events

    def stored(self, path: Path) -> list[Event]:
        """What a journal elsewhere holds."""
        store = JournalStore(path)
        infos = store.sessions()
        return [event for info in infos for batch in store.load(info.id) for event in batch]

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.events() if isinstance(event, kind)]

    def finished(self, runs: int = 1) -> RunFinished:
        """Wait until so many runs of this row have ended; the last one."""
        self.dashboard.settled()
        wait_until(lambda: len(self.all(RunFinished)) >= runs, "the run's end is in the journal")
        ended = self.all(RunFinished)
        assert len(ended) == runs
        return ended[-1]

    def figures(self) -> Figures:
        metrics = Metrics()
        for event in self.events():
            metrics = fold(metrics, event)
        return figures(metrics, 0)

    def counted(self, errors: Mapping[str, int], *, interruptions: int = 0) -> None:
        """The error counters moved like this and no further."""
        session = self.figures().session
        assert dict(session.errors) == dict(errors)
        assert session.interruptions == interruptions

    def exported(self) -> str:
        """The newest session as a document."""
        dashboard = self.dashboard
        assert dashboard.journal is not None
        return export(dashboard.journal.path, dashboard.session, "markdown")

    def problems(self) -> list[Problem]:
        """Of attempts, of tools and of the run, each told once."""
        told: list[Problem] = []
        for event in self.events():
            match event:
                case AttemptFailed(problem=Problem() as problem):
                    told.append(problem)
                case ToolFinished(problem=Problem() as problem):
                    told.append(problem)
                case RunFinished(problem=Problem() as problem) if problem not in told:
                    told.append(problem)
                case _:
                    pass
        return told

    def asked(self, most: int) -> None:
        """So many requests were sent in all."""
        assert len(self.requests) == most
        self.report.requests = most

    def goes_on(self, *kept: Said, answer: str = "as before") -> None:
        """The next turn is a valid request that holds exactly what was kept."""
        before = len(self.requests)
        runs = len(self.all(RunFinished))
        self.say(Answer(answer), prompt=NEXT)
        self.terminal.wait_for(answer)
        self.finished(runs + 1)
        assert _as_expected(said_in(self.requests[-1]), kept) == [*kept, ("user", NEXT)]
        assert len(self.requests) == before + 1
        assert self.provider.problems == []
        self.report.kept = " · ".join(f"{who}: {_short(text)}" for who, text in kept)

    # Most rows

    def play(
        self,
        *steps: Step,
        how: str,
        sees: Sequence[str],
        keeps: str | Sequence[Said] | None,
        kinds: Mapping[str, int] | None = None,
        outcome: str = "ok",
        hurry: bool = False,
        before_next: Callable[[], object] = lambda: None,
    ) -> None:
        """A message that ends by itself, or with one Ctrl+R in the back-off (``hurry``).

        All ``steps`` are asked for, and nothing else is. ``keeps`` is what of the answer is known
        to the next turn: its text, None for nothing, or the conversation.
        """
        self.report.how = how
        self.say(*steps)
        *before, last = sees
        self.sees(*before)
        if hurry:
            self.sees(r"retrying in [\d.]+ s \(attempt 2 of \d\)")
            assert len(self.requests) == 1
            self.terminal.press("ctrl+r")
        self.sees(last)
        assert self.finished().outcome == outcome
        self.asked(len(steps))
        self.classified()
        self.counted(kinds if kinds is not None else dict.fromkeys(self.spec.kinds[:1], 1))
        before_next()
        self.goes_on(*_kept(keeps))

    def opens_the_details(self, pattern: str) -> None:
        """Of the newest card in the chat."""
        self.terminal.press("f2", "k", "space")
        self.sees(pattern)
        self.to_prompt()

    def to_prompt(self) -> None:
        """With the mouse: a letter right behind an Esc would be another key."""
        screen = self.terminal.screen
        bottom = max(number for number, line in enumerate(screen) if line.startswith("╰"))
        self.terminal.click(bottom - 1, 10)

    def classified(self, *, cancelled: bool = False) -> None:
        """Every failure is of this row's class and kind, and was retried as that says."""
        allowed = RETRY_CLASSES[self.spec.retry]
        for problem in self.problems():
            assert problem.retry in allowed, problem
            assert problem.kind in self.spec.kinds, problem
        failed = [event.problem.retry in RETRIED for event in self.all(AttemptFailed)]
        gave_up = self.all(RunFinished)[0].outcome == "failed"
        assert len(self.all(RetryScheduled)) == sum(failed) - (gave_up and any(failed))
        assert cancelled == (self.all(RunFinished)[0].outcome == "cancelled")


RETRIED = {"automatic", "after_partial"}


def _as_expected(said: Sequence[Said], expected: Sequence[Said]) -> list[Said]:
    """An output that matches what is expected, a pattern, in the words of that pattern."""
    wanted = [*expected, *[("", "")] * len(said)]
    return [
        want
        if who == want[0] == "output" and re.fullmatch(want[1], text, re.DOTALL)
        else (who, text)
        for (who, text), want in zip(said, wanted, strict=False)
    ]


def _kept(keeps: str | Sequence[Said] | None) -> list[Said]:
    if keeps is None:
        return [("user", PROMPT)]
    return [("user", PROMPT), ("assistant", keeps)] if isinstance(keeps, str) else list(keeps)


def _shows(screen: list[str], text: str) -> bool:
    return any(text in line for line in screen)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"
