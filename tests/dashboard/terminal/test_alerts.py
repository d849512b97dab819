"""What the terminal receives when a threshold is crossed."""

import asyncio
import sys

import pytest
from textual.message import Message

from tests.core.metrics.story import Story
from tests.dashboard.performance.test_performance_pane import slow
from tui.core.config.settings import Alerts, AppOptions, Config
from tui.core.metrics import Figures
from tui.dashboard import messages
from tui.dashboard.app import StreamTui
from tui.dashboard.screens.heading import Heading, crossed_words
from tui.dashboard.terminal.alerts import desktop_notification

IDLE = (sys.executable, "-c", "import sys; sys.stdin.read()")
OSC_9 = "\x1b]9;streamtui: TTFT 2.50 s > 2.00 s\x1b\\"


@pytest.mark.parametrize(
    ("environment", "sequence"),
    [
        ({"TERM": "xterm-256color"}, "\x1b]9;streamtui: slow\x1b\\"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7800"}, "\x1b]777;notify;streamtui;slow\x1b\\"),
        ({"TERM": "rxvt-unicode"}, "\x1b]777;notify;streamtui;slow\x1b\\"),
        (
            {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"},
            "\x1bPtmux;\x1b\x1b]9;streamtui: slow\x1b\x1b\\\x1b\\",
        ),
    ],
)
def test_each_terminal_gets_the_sequence_that_it_understands(
    environment: dict[str, str], sequence: str
) -> None:
    assert desktop_notification("slow", environment) == sequence


def test_text_cannot_end_the_sequence_early() -> None:
    sequence = desktop_notification("a\x1b\\\x1b]52;c;aGk=\x07b\x9cc\nd", {})
    assert sequence.count("\x1b") == 2
    assert not set(sequence[1:-2]) & {"\x1b", "\x07", "\x9c", "\n"}


def test_a_long_text_is_cut() -> None:
    assert len(desktop_notification("x" * 10_000, {})) < 250


class Marker(Message):
    """Bubbles from the screen to the app after everything that was posted before it."""


class Alerted(StreamTui):
    """Collects what is sent to the terminal, except painting."""

    def __init__(self, alerts: Alerts) -> None:
        super().__init__(AppOptions(config=Config(alerts=alerts), worker_command=IDLE))
        self.sent: list[str] = []
        self.arrived = asyncio.Event()

    def bell(self) -> None:
        # Textual's own does nothing without a terminal.
        self.sent.append("\x07")

    def on_marker(self) -> None:
        self.arrived.set()

    async def shows(self, figures: Figures) -> None:
        self.arrived.clear()
        self.main.post_message(messages.FiguresChanged(figures))
        self.main.post_message(Marker())
        async with asyncio.timeout(10):
            await self.arrived.wait()


@pytest.mark.parametrize(
    ("alerts", "expected"),
    [
        (Alerts(), []),
        (Alerts(bell=True), ["\x07"]),
        (Alerts(desktop=True), [OSC_9]),
        (Alerts(bell=True, desktop=True), ["\x07", OSC_9]),
    ],
)
async def test_one_alert_of_each_wanted_kind_for_one_crossing(
    alerts: Alerts, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TMUX", "VTE_VERSION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    app = Alerted(alerts)
    async with app.run_test():
        monkeypatch.setattr(app._driver, "write", app.sent.append)
        await app.shows(slow(1))
        await app.shows(slow(1))
        assert [text for text in app.sent if text == "\x07" or "]9;" in text] == expected


async def test_the_status_line_is_marked_while_a_threshold_is_crossed() -> None:
    app = StreamTui(AppOptions(config=Config(), worker_command=IDLE))
    async with app.run_test(size=(100, 30)) as pilot:
        heading = app.main.query_one(Heading)
        for figures, expected in ((slow(1), True), (Story().figures(), False)):
            app.main.post_message(messages.FiguresChanged(figures))
            await pilot.pause()
            assert ("! TTFT" in heading.render().plain) is expected


def test_every_crossed_figure_is_named() -> None:
    story = Story().begins(0).calls(0).tries(0).says(2500).fails(2600).finishes(2700, "failed")
    assert crossed_words(story.figures()) == " ! TTFT, errors "
