"""Searching and filtering the tool log."""

import re

import pytest
from msgspec.structs import replace

from tests.dashboard.test_main_screen import Desk, desk, finished, loaded, started
from tests.dashboard.tools.test_tool_log import at_cursor, feed, settled, shown
from tests.dashboard.tools.test_tool_log import desk as log_desk
from tests.support.conversations import printed
from tui.core.conversation import ToolCall
from tui.dashboard.tools.row_filter import kind_of, parsed, vocabulary
from tui.dashboard.tools.tool_rows import MOST_ROWS, Row
from tui.protocol import events
from tui.protocol.events import Event, ToolSource


def ended(key: str, name: str, output: str, outcome: str = "ok", **more: str) -> tuple[Event, ...]:
    return (
        events.ToolCalled(at=1, tool_call=key, name=name, arguments='{"n": 1}', **more),  # type: ignore[arg-type]
        events.ToolStarted(at=2, tool_call=key),
        events.ToolFinished(at=3, tool_call=key, outcome=outcome, output=output),  # type: ignore[arg-type]
    )


def row(**changes: object) -> Row:
    call = ToolCall(key="k", name="roll_dice", agent="Game Master", state="ok")
    return Row(1, replace(call, **changes))


def log_text(it: Desk) -> str:
    return "\n".join(shown(it.app.main.tools))


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("", True),
        ("roll", True),
        ("dice", True),
        ("state:ok", True),
        ("state:error", False),
        ("ok", True),
        ("kind:function", True),
        ("kind:mcp", False),
        ("agent:master", True),
        ("agent:game_master", True),
        ("-agent:master", False),
        ("roll -error", True),
        ("roll state:ok agent:game kind:func", True),
        ("roll nothing", False),
        ("other:roll", False),
        ("state:", True),
        ("-", False),
    ],
)
def test_a_filter_has_words_for_kind_agent_state_and_name(typed: str, fits: bool) -> None:
    assert parsed(typed).fits(row()) is fits


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "function"),
        ({"hosted": True}, "hosted"),
        ({"handoff": True}, "handoff"),
        ({"approval": True}, "approval"),
        ({"source": ToolSource(server="files")}, "mcp"),
        ({"source": ToolSource(agent="Inner")}, "agent"),
    ],
)
def test_kinds(changes: dict[str, object], kind: str) -> None:
    assert kind_of(row(**changes)) == kind


def test_what_can_be_typed_is_offered_once() -> None:
    assert vocabulary([row(), row()]) == [
        "kind:function", "agent:Game_Master", "state:ok", "roll_dice",
    ]  # fmt: skip


async def test_the_filter_line_filters_while_one_types_and_says_how_many_are_shown() -> None:
    async with desk() as it:
        await it.feed(*loaded(), *started())
        for number in range(9):
            outcome = "error" if number % 3 == 0 else "ok"
            await it.feed(*ended(f"t{number}", f"tool{number}", "x", outcome))
        await it.press("f3", "f")
        assert it.shows("show ")
        await it.press(*"error")
        assert it.shows(r"3 of 9 shown")
        assert not re.search("tool1|tool2|tool4", log_text(it))
        await it.press("enter")
        assert it.shows(r" error: 3 of 9 shown · Esc clears ")
        assert it.app.main.tools.has_focus


async def test_esc_in_the_filter_line_shows_everything_and_cancels_no_run() -> None:
    async with desk() as it:
        await it.feed(*loaded(), *started(), *ended("a", "one", "x"), *ended("b", "two", "x"))
        sent = list(it.sent)
        await it.press("f3", "f", *"one")
        assert "two" not in log_text(it)
        await it.press("escape")
        assert "two" in log_text(it)
        assert it.sent == sent


async def test_esc_clears_a_filter_when_nothing_runs() -> None:
    async with desk() as it:
        await it.feed(
            *loaded(), *started(), *ended("a", "one", "x"), *ended("b", "two", "x"), finished()
        )
        await it.press("f3", "f", *"one", "enter", "escape")
        await it.pilot.pause()
        assert "two" in log_text(it)
        assert it.app.main.tools.has_focus


async def test_a_filter_that_no_call_fits_says_so() -> None:
    async with desk() as it:
        await it.feed(*loaded(), *started(), *ended("a", "one", "x"))
        await it.press("f3", "f", *"zebra")
        assert it.shows("No call fits the filter.")


async def test_tab_completes_a_word_of_the_filter() -> None:
    async with desk() as it:
        await it.feed(
            *loaded(),
            *started(),
            *ended("a", "one", "x"),
            *ended("b", "two", "x", "error"),
            finished(),
        )
        await it.press("f3", "f", *"state:e")
        await it.until("show state:error")
        await it.press("tab", "enter")
        assert it.shows("state:error: 1 of 2 shown")


async def test_a_row_that_no_longer_fits_goes_and_a_new_one_that_fits_comes() -> None:
    async with log_desk() as (log, pilot):
        feed(log, *ended("a", "one", "x")[:2])
        log.finder.filter("state:running")
        await settled(log, pilot)
        assert "one" in shown(log)[0]
        feed(log, *ended("b", "two", "x")[:2], ended("a", "one", "x")[2])
        await settled(log, pilot)
        assert "two" in shown(log)[0]
        assert log.finder.shown == "1 of 2 shown"


async def test_a_search_counts_folded_hits_opens_them_and_says_so_in_the_pane() -> None:
    async with desk() as it:
        await it.feed(
            *loaded(),
            *started(),
            *ended("a", "one", "gold"),
            *ended("b", "two", "no gold, gold"),
            finished(),
        )
        await it.press("f3", "slash")
        assert it.shows("search ")
        await it.press(*"gold", "enter")
        said = it.app.main.tools._said
        assert re.match(r"gold: \d of 3, 3 of them in folded parts · n N · Esc ends", said)
        assert at_cursor(it.app.main.tools).open
        await it.press("n")
        assert "of 3, " in it.app.main.tools._said
        await it.press("escape")
        await it.pilot.pause()
        assert it.app.main.tools._said == ""


async def test_it_goes_round_in_both_directions_and_unfolds_what_a_hit_is_in() -> None:
    async with log_desk() as (log, pilot):
        feed(log, *ended("a", "ask", "done"), *ended("b", "inner", "treasure", parent="a"))
        feed(log, *ended("c", "last", "treasure"))
        await settled(log, pilot)
        seen = []
        log.finder.search("treasure")
        for _ in range(3):
            seen.append(at_cursor(log).name)
            log.finder.step(forward=True)
        assert seen in (["last", "inner", "last"], ["inner", "last", "inner"])
        assert any("inner" in line for line in shown(log))
        before = at_cursor(log).name
        log.finder.step(forward=False)
        assert at_cursor(log).name != before


async def test_another_log_has_neither_the_search_nor_the_filter_of_the_one_before() -> None:
    async with log_desk() as (log, pilot):
        feed(log, *ended("a", "one", "gold"))
        log.finder.filter("one")
        log.finder.search("gold")
        log.clear()
        feed(log, *ended("b", "two", "gold"))
        await settled(log, pilot)
        assert "two" in shown(log)[0]
        assert log._said == ""


async def test_nothing_is_held_of_rows_that_the_log_has_dropped() -> None:
    async with log_desk() as (log, pilot):
        log.show(printed(["gold", "gold"]))
        log.finder.filter("printed")
        log.finder.search("gold")
        for _ in range(3):
            log.show(printed(["x"] * (MOST_ROWS // 2)))
            await settled(log, pilot)
            log.finder.step(forward=True)
        log.show(printed(["x"] * (MOST_ROWS // 2)))
        await settled(log, pilot)
        assert log._said.endswith("gold: nothing found")
        there = {one.serial for one in log.rows}
        assert log.rows.dropped
        assert log.finder._fitting.keys() == there
        assert log.finder._search._known.keys() <= there
        assert log.painter.shown is None


async def test_a_search_goes_on_from_its_hit_when_rows_above_it_are_dropped() -> None:
    async with log_desk() as (log, pilot):
        log.show(printed(["gold 0", *["x"] * (MOST_ROWS - 5), "gold 1", "gold 2", "gold 3"]))
        await settled(log, pilot)
        log.finder.search("gold")
        log.finder.step(forward=False)
        assert at_cursor(log).result == "gold 2"
        assert "gold: 3 of 4" in log._said
        log.show(printed(["x"] * 50))
        await settled(log, pilot)
        assert log.rows.dropped
        assert "gold: 2 of 3" in log._said
        log.finder.step(forward=True)
        assert at_cursor(log).result == "gold 3"


async def test_a_search_goes_on_from_its_hit_when_the_filter_changes() -> None:
    async with log_desk() as (log, pilot):
        for key, outcome in (("a", "error"), ("b", "ok"), ("c", "error"), ("d", "ok")):
            feed(log, *ended(key, f"gold_{key}", "x", outcome))
        await settled(log, pilot)
        log.action_go("start")
        log.finder.search("gold")
        log.finder.step(forward=True)
        assert at_cursor(log).name == "gold_b"
        assert "gold: 2 of 4" in log._said
        log.finder.filter("nothing")
        log.finder.step(forward=True)
        assert log._said.endswith("gold: nothing found")
        log.finder.filter("error")
        assert "gold: 1 of 2" in log._said
        log.finder.step(forward=True)
        assert at_cursor(log).name == "gold_c"
        log.finder.filter("")
        assert "gold: 3 of 4" in log._said
        log.finder.step(forward=False)
        assert at_cursor(log).name == "gold_b"


async def test_the_chat_has_the_same_line() -> None:
    async with desk() as it:
        await it.feed(
            *loaded(), *started(), events.TextDelta(at=5, run="r1", call="c1", text="gold")
        )
        await it.press("f2", "slash", *"gold", "enter")
        await it.until(r" gold: 1 of 1 · n N · Esc ends")


async def test_nothing_found_is_said_in_the_pane() -> None:
    async with log_desk() as (log, pilot):
        log.show(printed(["one"]))
        await settled(log, pilot)
        log.finder.search("gold")
        assert log._said == "gold: nothing found"


async def test_a_long_result_has_a_mark_where_more_is_and_is_read_to_its_end() -> None:
    async with log_desk() as (log, pilot):
        feed(log, *ended("a", "one", "\n".join(f"line {number}" for number in range(5_000))))
        await settled(log, pilot)
        await pilot.press("enter")
        await settled(log, pilot)
        assert re.search(r"↓ 4,9\d\d more lines", shown(log)[-1])
        await pilot.press("end")
        await settled(log, pilot)
        assert shown(log)[-1].strip() == "line 4999"


async def test_arguments_and_results_are_coloured_as_json() -> None:
    async with log_desk() as (log, pilot):
        log.styles.height = 18
        feed(log, *ended("a", "one", '{"name": "x", "n": 12}'))
        await pilot.press("enter")
        await settled(log, pilot)
        lines = [line.strip() for line in shown(log)]
        first = lines.index("result")
        assert lines[first + 1 : first + 5] == ["{", '"name": "x",', '"n": 12', "}"]
        parts = log.painter.detail(log.documents.of(at_cursor(log)).line(first + 1), current=False)
        assert [part.text for part in parts] == ["    ", "  ", '"name"', ": ", '"x"', ","]
