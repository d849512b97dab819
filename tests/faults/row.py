"""One row of the table of faults: cause it, and check everything that it affects."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from tests.faults.dashboard import Dashboard, Dashboards
from tests.faults.planted import export, leaks
from tests.faults.report import Report
from tests.faults.sent_items import SentItem, sent_items
from tests.faults.spec import RETRY_CLASSES, SPECS
from tests.support.conversations import assert_shown_again
from tests.support.patience import wait_until
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
    """``run_turn`` is all that most rows need; the others use its parts."""

    def __init__(self, number: int, api: str, dashboards: Dashboards) -> None:
        self.number = number
        self.spec = SPECS[number]
        self.api = api
        self.report = Report(number, api)
        self._dashboards = dashboards
        self._dashboard: Dashboard | None = None
        self._keep = True
        self.is_recorded = True
        """What is on the screen at the end is all in the journal."""
        self._session_before = ""
        self._raw_before = self._events_before = self._requests_before = 0

    # The program

    def start(
        self, *, keep: bool = True, ready: bool = True, warm: bool = True, **arguments: object
    ) -> Dashboard:
        """A program with these settings and this agent, and an empty conversation.

        ``keep``: another row may reuse it. ``ready``: wait until its agent is loaded.
        ``warm``: its worker may be forked.
        """
        dashboard = self._dashboards.get(warm=warm, **{"api": self.api, **arguments})
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

    def check_replay(self) -> None:
        """A replay of what is recorded ends with the screen that is shown now."""
        if self._dashboard is not None and self.is_recorded and self.events():
            try:
                self._dashboard.assert_replayed()
            except AssertionError:
                self._keep = False
                raise

    def finish(self, *, passed: bool) -> None:
        """Search for leaks; keep the program for the next row unless it may be broken."""
        if self._dashboard is None:
            return
        dashboard, self._dashboard = self._dashboard, None
        found = leaks(dashboard.raw[self._raw_before :], dashboard.home)
        if passed and self._keep and not found:
            dashboard.terminal.type("/clear\n")
            dashboard.terminal.wait_for(lambda screen: not _shows(screen, PROMPT))
        else:
            self._dashboards.discard(dashboard)
        assert found == [], "planted secrets were found"

    # The user

    def send(self, *steps: Step, prompt: str = PROMPT) -> None:
        """Queue the provider's steps and send a message."""
        _ = self.dashboard
        self.provider.append(*steps)
        self.terminal.type(f"{prompt}\n")

    def retry(self, *steps: Step) -> None:
        """Queue the provider's steps and press Ctrl+R."""
        self.provider.append(*steps)
        self.terminal.press("ctrl+r")

    def shows(self, *patterns: str) -> None:
        """Wait until the screen shows each pattern, one after the other; report what matched."""
        for pattern in patterns:
            screen = self.terminal.wait_for(re.compile(pattern))
            line = next((line for line in screen if re.search(pattern, line)), pattern)
            found = re.search(pattern, line)
            seen = found.group() if found else pattern
            if seen not in self.report.seen:
                self.report.seen.append(seen)

    def does_not_show(self, *patterns: str) -> None:
        """The screen shows none of the patterns now."""
        found = [pattern for pattern in patterns if re.search(pattern, self.terminal.text)]
        assert found == []

    # What happened

    def events(self) -> list[Event]:
        """The events of this row that are in the journal so far."""
        events = self.dashboard.events()
        # After /clear a new session begins.
        same = self.dashboard.session == self._session_before
        return events[self._events_before :] if same else events

    def stored(self, path: Path) -> list[Event]:
        """The events in another journal."""
        store = JournalStore(path)
        infos = store.sessions()
        return [event for info in infos for batch in store.load(info.id) for event in batch]

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.events() if isinstance(event, kind)]

    def finished(self, runs: int = 1) -> RunFinished:
        """Wait until this many runs of this row have ended; the last one."""
        self.dashboard.settled()
        wait_until(lambda: len(self.all(RunFinished)) >= runs, "the run's end is in the journal")
        ended = self.all(RunFinished)
        assert len(ended) == runs
        assert_shown_again(self.events())
        return ended[-1]

    def figures(self) -> Figures:
        metrics = Metrics()
        for event in self.events():
            metrics = fold(metrics, event)
        return figures(metrics, 0)

    def counted_errors(self, errors: Mapping[str, int], *, interruptions: int = 0) -> None:
        """The error counters have exactly these values."""
        session = self.figures().session
        assert dict(session.errors) == dict(errors)
        assert session.interruptions == interruptions

    def exported(self) -> str:
        """The newest session as Markdown."""
        dashboard = self.dashboard
        assert dashboard.journal is not None
        return export(dashboard.journal.path, dashboard.session, "markdown")

    def problems(self) -> list[Problem]:
        """The problems of attempts, tools and runs, without repetitions."""
        found: list[Problem] = []
        for event in self.events():
            match event:
                case AttemptFailed(problem=Problem() as problem):
                    found.append(problem)
                case ToolFinished(problem=Problem() as problem):
                    found.append(problem)
                case RunFinished(problem=Problem() as problem) if problem not in found:
                    found.append(problem)
                case _:
                    pass
        return found

    def sent_requests(self, count: int) -> None:
        """This row has sent exactly this many requests."""
        assert len(self.requests) == count
        self.report.requests = count

    def next_turn_has(self, *kept: SentItem, answer: str = "as before") -> None:
        """Send one more message: its request is valid, and has exactly these items before it."""
        before = len(self.requests)
        runs = len(self.all(RunFinished))
        self.send(Answer(answer), prompt=NEXT)
        self.terminal.wait_for(answer)
        self.finished(runs + 1)
        assert _as_expected(sent_items(self.requests[-1]), kept) == [*kept, ("user", NEXT)]
        assert len(self.requests) == before + 1
        assert self.provider.problems == []
        self.report.kept = " · ".join(f"{who}: {_short(text)}" for who, text in kept)

    # Most rows

    def run_turn(
        self,
        *steps: Step,
        how: str,
        shows: Sequence[str],
        kept: str | Sequence[SentItem] | None,
        kinds: Mapping[str, int] | None = None,
        outcome: str = "ok",
        retry_now: bool = False,
        before_next: Callable[[], object] = lambda: None,
    ) -> None:
        """Send a message and check its turn, with one Ctrl+R in the back-off if ``retry_now``.

        There is one request for each of the ``steps``. ``kept`` is what the next turn contains of
        this one: the answer's text, None for no answer, or the whole conversation.
        """
        self.report.how = how
        self.send(*steps)
        *before, last = shows
        self.shows(*before)
        if retry_now:
            self.shows(r"retrying in [\d.]+ s \(attempt 2 of \d\)")
            assert len(self.requests) == 1
            self.terminal.press("ctrl+r")
        self.shows(last)
        assert self.finished().outcome == outcome
        self.sent_requests(len(steps))
        self.classified()
        self.counted_errors(kinds if kinds is not None else dict.fromkeys(self.spec.kinds[:1], 1))
        before_next()
        self.next_turn_has(*_kept(kept))

    def open_details(self, pattern: str) -> None:
        """Open the details of the newest card in the chat."""
        self.terminal.press("f2", "k", "space")
        self.shows(pattern)
        self.focus_prompt()

    def focus_prompt(self) -> None:
        """Click on the prompt: a letter sent right after Esc would be read as one Alt key."""
        screen = self.terminal.screen
        bottom = max(number for number, line in enumerate(screen) if line.startswith("╰"))
        self.terminal.click(bottom - 1, 10)

    def classified(self, *, cancelled: bool = False) -> None:
        """Every failure has this row's class and kind, and was retried accordingly."""
        allowed = RETRY_CLASSES[self.spec.retry]
        problems = self.problems()
        assert bool(problems) == bool(self.spec.kinds)
        for problem in problems:
            assert problem.retry in allowed, problem
            assert problem.kind in self.spec.kinds, problem
        failed = [event.problem.retry in RETRIED for event in self.all(AttemptFailed)]
        gave_up = self.all(RunFinished)[0].outcome == "failed"
        assert len(self.all(RetryScheduled)) == sum(failed) - (gave_up and any(failed))
        assert cancelled == (self.all(RunFinished)[0].outcome == "cancelled")


RETRIED = {"automatic", "after_partial"}


def _as_expected(said: Sequence[SentItem], expected: Sequence[SentItem]) -> list[SentItem]:
    """The items, with each output that matches its expected pattern replaced by the pattern."""
    wanted = [*expected, *[("", "")] * len(said)]
    return [
        want
        if who == want[0] == "output" and re.fullmatch(want[1], text, re.DOTALL)
        else (who, text)
        for (who, text), want in zip(said, wanted, strict=False)
    ]


def _kept(kept: str | Sequence[SentItem] | None) -> list[SentItem]:
    if kept is None:
        return [("user", PROMPT)]
    return [("user", PROMPT), ("assistant", kept)] if isinstance(kept, str) else list(kept)


def _shows(screen: list[str], text: str) -> bool:
    return any(text in line for line in screen)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"
