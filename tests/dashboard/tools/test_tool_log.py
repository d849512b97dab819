"""The tool log, on its own screen."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

import pytest
from rich.cells import cell_len
from textual import events as textual_events
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tests.support.conversations import Folding, printed
from tui.dashboard.messages import Copied
from tui.dashboard.terminal.legible_colours import LegibleColours
from tui.dashboard.tools.tool_index import ToolIndex
from tui.dashboard.tools.tool_log import ToolLog
from tui.dashboard.tools.tool_rows import MOST_ROWS, Row, ToolRows
from tui.protocol import events
from tui.protocol.events import Event

HEIGHT = 20


_FOLDINGS: WeakKeyDictionary[ToolLog, Folding] = WeakKeyDictionary()


class Desk(LegibleColours, App[None]):
    def __init__(self, kind: type[ToolLog] = ToolLog) -> None:
        super().__init__()
        self.log_shown = kind(lambda: 0)
        self.copied: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield self.log_shown

    def on_copied(self, message: Copied) -> None:
        self.copied.append((message.text, message.what))


@asynccontextmanager
async def desk(kind: type[ToolLog] = ToolLog) -> AsyncIterator[tuple[ToolLog, Pilot[None]]]:
    app = Desk(kind)
    async with app.run_test(size=(60, HEIGHT)) as pilot:
        app.log_shown.focus()
        await settled(app.log_shown, pilot)
        yield app.log_shown, pilot


async def settled(log: ToolLog, pilot: Pilot[None]) -> None:
    await pilot.pause()
    while not log.is_settled:
        await pilot.pause()


async def wheel_up(log: ToolLog, pilot: Pilot[None], turns: int = 3) -> None:
    for _ in range(turns):
        await pilot._post_mouse_events([textual_events.MouseScrollUp], widget=log, button=0)
    await settled(log, pilot)


async def wheel_down(log: ToolLog, pilot: Pilot[None], turns: int = 3) -> None:
    for _ in range(turns):
        await pilot._post_mouse_events([textual_events.MouseScrollDown], widget=log, button=0)
    await settled(log, pilot)


def feed(log: ToolLog, *batch: Event) -> None:
    log.show(_FOLDINGS.setdefault(log, Folding()).feed(*batch))


def numbered(first: int, last: int) -> list[str]:
    return [f"line {number}" for number in range(first, last)]


def started(log: ToolLog, key: str, arguments: str = "{}") -> None:
    feed(log, events.ToolCalled(at=1, tool_call=key, name="dig", arguments=arguments))
    feed(log, events.ToolStarted(at=2, tool_call=key))


def shown(log: ToolLog) -> list[str]:
    return [log.render_line(y).text.rstrip() for y in range(log.scrollable_content_region.height)]


def at_cursor(log: ToolLog) -> Row:
    row = log.row_at_cursor
    assert row is not None
    return row


async def test_twenty_thousand_lines_are_laid_out_in_one_frame(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    laid_out: list[int] = []
    append = ToolIndex._append

    def counted(self: ToolIndex, rows: list[Row]) -> None:
        laid_out.append(len(rows))
        append(self, rows)

    monkeypatch.setattr(ToolIndex, "_append", counted)
    async with desk() as (log, pilot):
        laid_out.clear()
        for text in numbered(0, 20_000):
            log.show(printed([text]))
        await pilot.press("up")
        assert len(laid_out) <= 2
        assert sum(laid_out) <= MOST_ROWS
        assert at_cursor(log).result == "line 19998"
        laid_out.clear()
        log.show(printed(numbered(20_000, 20_003)))
        await settled(log, pilot)
        assert sum(laid_out) == 3


async def test_changes_within_a_frame_are_laid_out_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frames: list[ToolLog] = []
    frame = ToolLog._frame

    def counted(self: ToolLog) -> None:
        frames.append(self)
        frame(self)

    monkeypatch.setattr(ToolLog, "_frame", counted)
    async with desk() as (log, pilot):
        for text in ("one", "two", "three"):
            log.show(printed([text]))
        assert not log.is_settled
        await settled(log, pilot)
        # A slow machine may need a second frame.
        assert len(frames) < 3
        assert [line.strip(" │") for line in shown(log)[:4]] == ["one", "two", "three", ""]


async def test_scrolling_up_stops_following_and_the_end_key_resumes_it() -> None:
    async with desk() as (log, pilot):
        log.show(printed(numbered(0, 100)))
        await settled(log, pilot)
        assert log.following
        assert shown(log)[-1].endswith("line 99")
        await wheel_up(log, pilot)
        before = shown(log)
        assert not log.following
        log.show(printed(numbered(100, 150)))
        await settled(log, pilot)
        assert shown(log) == before
        assert at_cursor(log).result == "line 99"
        await pilot.press("end")
        log.show(printed(["the last"]))
        await settled(log, pilot)
        assert log.following
        assert shown(log)[-1].endswith("the last")
        assert at_cursor(log).result == "the last"


async def test_scrolling_back_to_the_end_follows_again() -> None:
    async with desk() as (log, pilot):
        log.show(printed(numbered(0, 100)))
        await settled(log, pilot)
        await wheel_up(log, pilot)
        await wheel_down(log, pilot, 4)
        log.show(printed(["the last"]))
        await settled(log, pilot)
        assert shown(log)[-1].endswith("the last")


async def test_paging_up_stops_following_and_paging_down_to_the_end_resumes_it() -> None:
    async with desk() as (log, pilot):
        log.show(printed(numbered(0, 100)))
        await settled(log, pilot)
        await pilot.press("pageup")
        before = shown(log)
        assert not before[-1].endswith("line 99")
        log.show(printed(["more"]))
        await settled(log, pilot)
        assert shown(log) == before
        await pilot.press("pagedown", "pagedown")
        assert log.following


async def test_the_view_stays_when_rows_before_it_are_dropped() -> None:
    async with desk() as (log, pilot):
        log.show(printed(numbered(0, MOST_ROWS)))
        await settled(log, pilot)
        await wheel_up(log, pilot)
        before = shown(log)
        log.show(printed(numbered(MOST_ROWS, MOST_ROWS + 50)))
        await settled(log, pilot)
        assert log.rows.dropped
        assert shown(log) == before


async def test_the_cursor_stays_on_its_row_when_rows_are_dropped() -> None:
    async with desk() as (log, pilot):
        log.show(printed(numbered(0, MOST_ROWS)))
        await pilot.press("up", "up")
        row = at_cursor(log)
        log.show(printed(numbered(0, 1_000)))
        await settled(log, pilot)
        assert log.rows.dropped
        assert at_cursor(log) is row


async def test_an_open_running_call_stays_in_view_during_a_flood() -> None:
    async with desk() as (log, pilot):
        started(log, "t1", '{"where": "here"}')
        await pilot.press("enter")
        assert any('"where": "here"' in line for line in shown(log))
        log.show(printed(numbered(0, 20_000)))
        await settled(log, pilot)
        (row,) = log.rows.running()
        assert at_cursor(log) is row
        assert any('"where": "here"' in line for line in shown(log))
        feed(log, events.ToolFinished(at=9, tool_call="t1", outcome="ok", output="treasure"))
        await settled(log, pilot)
        assert any(line == "    treasure" for line in shown(log))


async def test_the_details_of_dropped_rows_are_not_kept() -> None:
    async with desk() as (log, pilot):
        # Enough for a scrollbar: if it appeared later, the details would be wrapped again.
        log.show(printed(numbered(0, 2 * HEIGHT)))
        await pilot.press("home", "enter")
        await settled(log, pilot)
        assert log.documents
        log.show(printed(numbered(0, MOST_ROWS)))
        await settled(log, pilot)
        assert not log.documents


async def test_details_are_wrapped_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with desk() as (log, pilot):
        started(log, "t1", '{"where": "here"}')
        await pilot.press("enter")
        wrapped: list[str] = []
        monkeypatch.setattr("tui.dashboard.tools.row_document.source_lines", wrapped.append)
        shown(log)
        # Few enough to need no scrollbar, which would change the width of the details.
        log.show(printed(numbered(0, 5)))
        await settled(log, pilot)
        shown(log)
        assert wrapped == []


async def test_a_nested_agents_newest_words_are_shown() -> None:
    async with desk() as (log, pilot):
        started(log, "t1", '{"input": "tell me a tale"}')
        feed(
            log,
            events.ModelCallStarted(
                at=3, call="c2", agent="Inner", model="m", api="chat", provider="p", parent="t1"
            ),
        )
        words = [f"word{number} " for number in range(200)]
        feed(log, *(events.TextDelta(at=4, call="c2", text=word) for word in words))
        await settled(log, pilot)
        assert re.search(r" → ….*word198 word199 +<1 ms", shown(log)[0])
        log.action_open_or_fold()
        await settled(log, pilot)
        spoken = [line for line in shown(log)[:-1] if line.startswith("    word")]
        whole = " ".join(spoken).split()  # a word cut in two would be two words
        assert len(spoken) > 5
        assert whole == [word.strip() for word in words[: len(whole)]]
        feed(log, events.TextDelta(at=4, call="c2", text="and on"))
        await settled(log, pilot)
        assert "and on" not in "\n".join(shown(log)[1:])  # the lines being read stay
        log.action_go("end")
        await settled(log, pilot)
        assert "and on" in "\n".join(shown(log)[1:])
        feed(log, events.ToolFinished(at=5, tool_call="t1", outcome="ok", output="the end"))
        await settled(log, pilot)
        log.action_go("start")
        assert "→ the end" in shown(log)[0]


async def test_a_click_selects_and_opens_its_row() -> None:
    async with desk() as (log, pilot):
        log.styles.border = ("round", "white")
        log.show(printed(numbered(0, 5)))
        await settled(log, pilot)
        await pilot.click(log, offset=(5, 3))
        await settled(log, pilot)
        assert at_cursor(log).result == "line 2"
        assert at_cursor(log).open


async def test_a_line_with_more_below_it_shows_its_first_line_until_it_is_opened() -> None:
    async with desk() as (log, pilot):
        log.show(printed(["span plan · 2 ms\ntea or coffee", "the next"]))
        await settled(log, pilot)
        assert [line.strip("│ ") for line in shown(log)[:3]] == [
            "span plan · 2 ms …",
            "the next",
            "",
        ]
        log.action_go("start")
        log.action_open_or_fold()
        await settled(log, pilot)
        assert any("tea or coffee" in line for line in shown(log))


def test_a_dropped_place_maps_to_the_next_one() -> None:
    rows, index = ToolRows(), ToolIndex(lambda _: 2)
    for change in printed(numbered(0, 3)):
        rows.show(change)
    rows.rows[1].open = True
    index.update(rows)
    assert index.place(3) == (2, 2)
    assert [index.line((2, 2)), index.line((3, 0)), index.line((2, 9))] == [3, 4, 4]
    assert index.place(99) == (0, 0)


async def test_y_copies_the_result_or_the_arguments_or_the_line() -> None:
    async with desk() as (log, pilot):
        started(log, "a", '{"deep": 1}')
        started(log, "b")
        finished = events.ToolFinished(at=2, tool_call="b", name="dig", outcome="ok", output="gold")
        feed(log, finished)
        log.show(printed(["a line"]))
        await settled(log, pilot)
        await pilot.press("y", "up", "y", "up", "y")
        await pilot.pause()
        assert isinstance(pilot.app, Desk)
        assert pilot.app.copied == [
            ("a line", "the line"),
            ("gold", "the result of dig"),
            ('{"deep": 1}', "the arguments of dig"),
        ]


async def test_a_handoff_has_the_column_of_times_for_its_words() -> None:
    async with desk() as (log, pilot):
        feed(
            log,
            events.ToolCalled(at=1, tool_call="h", name="transfer", arguments="{}", handoff=True),
            events.ToolFinished(at=2, tool_call="h", outcome="ok", output="w" * 200),
        )
        await settled(log, pilot)
        (row,) = (line for line in shown(log) if "transfer" in line)
        assert row.rstrip().endswith("w…")
        assert len(row) - len(row.rstrip()) <= 1


@pytest.mark.parametrize(
    "text", ["printed " * 20, "词" * 60, "one\ntwo", "printed " * 20 + "\ntwo"]
)
async def test_a_line_that_is_wider_than_the_pane_is_cut_with_an_ellipsis(text: str) -> None:
    async with desk() as (log, pilot):
        log.show(printed([text]))
        await settled(log, pilot)
        row = log.render_line(0).text.rstrip()
        assert row.endswith("…")
        assert cell_len(row) <= log.scrollable_content_region.width
