"""The terminal's title, and the call for a person who looks elsewhere."""

import os

import pytest

from tests.dashboard.test_main_screen import SECOND, Desk, desk, loaded, started
from tui.core.config.settings import Alerts, Config, Display
from tui.dashboard.terminal.title import has_title, title_sequence
from tui.protocol import events


def called(sent: list[str]) -> list[str]:
    return [text for text in sent if text == "\x07" or "]9;" in text]


def titles(sent: list[str]) -> list[str]:
    return [text[4:-2] for text in sent if text.startswith("\x1b]2;")]


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMUX", "VTE_VERSION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(os.environ, "TERM", "xterm")


def listen(one: Desk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the terminal gets from now on, except painting."""
    sent: list[str] = []
    monkeypatch.setattr(one.app._driver, "write", sent.append)
    monkeypatch.setattr(one.app, "bell", lambda: sent.append("\x07"))
    return sent


def ended(seconds: int, outcome: str = "ok") -> tuple[events.Event, ...]:
    return (events.RunFinished(at=seconds * SECOND, run="r1", outcome=outcome, output="hi"),)  # type: ignore[arg-type]


def asks() -> tuple[events.Event, ...]:
    return (
        events.ToolCalled(at=4, run="r1", tool_call="t1", name="erase", arguments="{}"),
        events.ApprovalRequested(at=5, run="r1", tool_call="t1", name="erase", arguments="{}"),
    )


@pytest.mark.parametrize(
    ("looks", "alerts", "seconds", "expected"),
    [
        (False, Alerts(), 12, ["\x1b]9;streamtui: Ann answered after 12 s\x1b\\"]),
        (False, Alerts(bell=True), 12, ["\x07", "\x1b]9;streamtui: Ann answered after 12 s\x1b\\"]),
        (False, Alerts(), 9, []),
        (True, Alerts(bell=True), 12, []),
        (False, Alerts(bell=True, away=False), 12, []),
    ],
)
async def test_the_end_of_a_long_turn_calls_only_who_looks_elsewhere(
    looks: bool,
    alerts: Alerts,
    seconds: int,
    expected: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with desk(config=Config(alerts=alerts)) as one:
        await one.feed(*loaded(), *started())
        sent = listen(one, monkeypatch)
        one.app.app_focus = looks
        await one.feed(*ended(seconds))
        await one.pilot.pause()
        assert called(sent) == expected


async def test_a_failure_calls_and_a_cancel_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    for outcome, expected in (("failed", ["Ann failed after 30 s"]), ("cancelled", [])):
        async with desk() as one:
            await one.feed(*loaded(), *started())
            sent = listen(one, monkeypatch)
            one.app.app_focus = False
            await one.feed(*ended(30, outcome))
            await one.pilot.pause()
            assert [text[15:-2] for text in called(sent)] == expected


async def test_a_tool_that_asks_calls_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk() as one:
        await one.feed(*loaded(), *started())
        sent = listen(one, monkeypatch)
        one.app.app_focus = False
        await one.feed(*asks())
        await one.feed(events.Noticed(at=6, text="meanwhile"))
        await one.pilot.pause()
        assert called(sent) == ["\x1b]9;streamtui: Ann waits for your approval of erase\x1b\\"]


async def test_the_title_marks_a_turn_that_was_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk() as one:
        sent = listen(one, monkeypatch)
        cut = events.RunFinished(at=SECOND, run="r1", outcome="cancelled", lost=True)
        await one.feed(*loaded(), *started(), cut)
        await one.pilot.pause()
        assert titles(sent)[-1].startswith("! ")


async def test_the_title_says_what_the_agent_does(monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk() as one:
        sent = listen(one, monkeypatch)
        for batch in (loaded(), started(), asks(), ended(1)):
            await one.feed(*batch)
        await one.pilot.pause()
        assert titles(sent) == [
            "Ann · streamtui",
            "▶ Ann · streamtui",
            "? Ann · streamtui",
            "✓ Ann · streamtui",
        ]
    assert sent[-1] == "\x1b[23;2t"


async def test_a_title_that_is_not_wanted_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk(config=Config(display=Display(title=False))) as one:
        sent = listen(one, monkeypatch)
        await one.feed(*loaded(), *started(), *ended(1))
        await one.pilot.pause()
    assert not [text for text in sent if "]2;" in text or text.endswith("t")]


def test_a_name_cannot_end_the_title_early() -> None:
    sequence = title_sequence("a\x1b\\\x1b]52;c;aGk=\x07\x9cb\n" + "x" * 1000)
    assert sequence.count("\x1b") == 2
    assert not set(sequence[1:-2]) & {"\x1b", "\x07", "\x9c", "\n"}
    assert len(sequence) < 100


@pytest.mark.parametrize(("term", "has"), [("xterm", True), ("linux", False), ("", False)])
def test_a_console_gets_no_title(term: str, has: bool) -> None:
    assert has_title({"TERM": term}) is has
