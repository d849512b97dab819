"""How much may be on its way to the terminal, by its answers."""

from tui.dashboard.textual_internals.line_pace import (
    ALWAYS_ALLOWED,
    ASKED_AFTER,
    LOST_AFTER,
    MOST_LATE,
    MOST_LOST,
    LinePace,
)

FRAME = 5000


class Line:
    """A terminal behind a line that carries ``rate`` bytes per second, by a clock of its own."""

    def __init__(self, rate: float, trip: float) -> None:
        self._rate, self._trip = rate, trip
        self._free_at = 0.0
        self._answers: list[float] = []
        self.now = 100.0
        self.pace = LinePace(lambda: self.now)
        self._sent(self.pace.begin(), 0)

    @property
    def lateness(self) -> float:
        """Seconds until the line has carried all that was sent."""
        return max(self._free_at - self.now, 0.0)

    def send(self, size: int) -> None:
        self._sent(self.pace.sent(size), size)

    def _sent(self, asks: bool, size: int) -> None:
        self._free_at = max(self._free_at, self.now) + size / self._rate
        if asks:
            self._answers.append(self._free_at + self._trip)

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while self._answers and self._answers[0] <= end:
            self.now = self._answers.pop(0)
            self._sent(self.pace.answered(), 0)
        self.now = end

    def draw(self, seconds: float) -> tuple[int, float]:
        """Draw 30 frames a second unless the line is behind; how many, and how late at worst."""
        frames, latest = 0, 0.0
        for _ in range(int(seconds * 30)):
            if not self.pace.is_behind:
                self.send(FRAME)
                frames += 1
                latest = max(latest, self.lateness)
            self.wait(1 / 30)
        return frames, latest


def test_a_fast_line_gets_every_frame() -> None:
    line = Line(rate=10e6, trip=0.01)
    assert line.draw(2)[0] == 60


def test_a_far_but_fast_line_gets_nearly_every_frame() -> None:
    line = Line(rate=10e6, trip=0.3)
    line.draw(3)
    assert line.draw(3)[0] >= 85


def test_a_slow_line_gets_what_it_carries_and_is_never_late_by_much() -> None:
    line = Line(rate=10_000, trip=0.4)
    line.wait(1)
    line.draw(5)
    frames, latest = line.draw(20)
    assert latest <= MOST_LATE + 0.4 + 2 * FRAME / 10_000
    assert frames * FRAME >= 0.8 * 20 * 10_000


def test_a_line_that_becomes_slow_is_noticed() -> None:
    line = Line(rate=10e6, trip=0.05)
    line.draw(2)
    line._rate = 10_000
    line.draw(15)
    assert line.draw(5)[1] <= MOST_LATE + 0.4 + 2 * FRAME / 10_000


def test_a_terminal_that_never_answers_is_not_waited_for() -> None:
    now = 0.0
    pace = LinePace(lambda: now)
    assert pace.begin()
    for _ in range(100):
        pace.sent(FRAME)
        assert not pace.is_behind
        now += 1.0
    pace.end()


def test_no_more_is_asked_after_some_questions_without_an_answer() -> None:
    now = 0.0
    pace = LinePace(lambda: now)
    asked = [pace.begin()]
    for _ in range(10):
        now += LOST_AFTER + 1
        asked.append(pace.sent(FRAME))
    assert asked.count(True) == MOST_LOST


def test_an_answer_that_was_lost_holds_nothing_up_for_ever() -> None:
    line = Line(rate=1000, trip=0.1)
    line.wait(1)
    line.send(FRAME)
    line.wait(6)
    while not line.pace.is_behind:
        line.send(FRAME)
    line._answers.clear()
    line.wait(LOST_AFTER + 1)
    assert not line.pace.is_behind


def test_little_is_sent_without_questions() -> None:
    line = Line(rate=1000, trip=0.1)
    line.wait(1)
    assert not line.pace.sent(ASKED_AFTER - 1)
    assert line.pace.sent(1)


def test_an_answer_to_no_question_means_nothing() -> None:
    pace = LinePace()
    assert not pace.answered()
    assert not pace.sent(ALWAYS_ALLOWED)
