"""The line of a tool call in the chat: what gives way where it does not fit."""

import pytest
from rich.cells import cell_len

from tui.core.formatting import SECOND, call_time
from tui.dashboard.transcript.transcript_items import ToolItem


def line(
    room: int,
    *,
    state: str,
    result: str = "",
    seconds: float | None = None,
    approximate: bool = False,
) -> str:
    item = ToolItem("t", "book_seat", 0.0)
    item.arguments = (
        '{"train": "ICE 705", "town": "München 东京 Đà Nẵng", "seat": "41", "price": 39.9}'
    )
    item.state, item.result, item.seconds = state, result, seconds
    item.approximate = approximate
    item.rebuild()
    return "".join(words for words, _ in item.title_in(room))


def test_arguments_give_way_to_a_question() -> None:
    assert line(60, state="waiting").endswith("… → waits for your answer")
    assert cell_len(line(60, state="waiting")) <= 60


def test_arguments_and_outcome_give_way_to_the_time() -> None:
    short = line(70, state="ok", result="a seat by the window " * 9, seconds=0.402)
    assert short.endswith("…  402 ms")
    assert " → a seat by the window" in short
    assert line(70, state="ok", result="done", seconds=0.402).endswith("… → done  402 ms")


@pytest.mark.parametrize("room", range(1, 140))
def test_it_is_as_wide_as_the_room_where_anything_is_cut(room: int) -> None:
    whole = line(500, state="failed", result="no such train, sorry", seconds=61.0)
    shown = line(room, state="failed", result="no such train, sorry", seconds=61.0)
    least = cell_len("▾ ✗ book_seat  01:01.0")
    assert cell_len(shown) <= max(room, least + cell_len(" → "))
    assert room < cell_len(whole) or shown == whole


@pytest.mark.parametrize(
    ("state", "result", "end"),
    [
        ("rejected", "by you: too dangerous", " → rejected by you: too dangerous"),
        ("rejected", "no", " → rejected: no"),
        ("cancelled", "", " → cancelled"),
        ("interrupted", "the agent's process ended", " → interrupted: the agent's process ended"),
        ("ok", "", " → (nothing)"),
    ],
)
def test_how_a_call_ended_is_said_in_one_phrase(state: str, result: str, end: str) -> None:
    assert line(300, state=state, result=result).endswith(end)


@pytest.mark.parametrize(
    "nanoseconds", [0, 600_000, 1_400_000, 999_600_000, 9_990_000_000, 75 * SECOND]
)
@pytest.mark.parametrize("hosted", [False, True])
def test_the_time_of_a_call_reads_as_in_the_tool_log(nanoseconds: int, *, hosted: bool) -> None:
    shown = line(90, state="ok", result="done", seconds=nanoseconds / SECOND, approximate=hosted)
    assert shown.endswith(f"  {call_time(nanoseconds, approximate=hosted)}")
