"""Every row of the table "per turn": hand-made events, exact numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.metrics.story import MS, Story, about, eventful_turn, simple_turn
from tui.core.metrics import PARTS, Figure, Parts, Span, TurnFigures
from tui.core.metrics.waterfall import partition
from tui.core.metrics.waterfall_bars import joined_bars, part_name
from tui.protocol import events


def turn_of(story: Story, now: float | None = None) -> TurnFigures:
    turn = story.figures(now).turn
    assert turn is not None
    return turn


def milliseconds(parts: Parts) -> dict[str, float]:
    return {part: parts.of(part) / MS for part in PARTS if parts.of(part)}


def test_turn_ttfo_and_e2e_count_from_enter() -> None:
    turn = turn_of(simple_turn())
    assert turn.ttfo == Figure(about(0.420), "measured")
    assert turn.e2e == Figure(about(0.700), "measured")


def test_turn_ttfo_includes_failed_attempts_and_back_off() -> None:
    assert turn_of(eventful_turn()).ttfo.value == pytest.approx(1.520)


def test_text_that_turns_out_to_be_thinking_is_not_the_first_text() -> None:
    story = Story().begins(10).calls(20).tries(20).says(100)
    story.events.append(
        events.ReasoningReplaced(at=story.ns(200), run="run", call="c1", text="hm", said=True)
    )
    assert turn_of(story).ttfo.quality == "unavailable"
    assert turn_of(story.says(300)).ttfo.value == pytest.approx(0.300)


def test_turn_ttfo_ignores_the_text_of_nested_agents() -> None:
    story = Story().begins(10).calls(20, parent="t1").tries(20).says(100).calls(200, "c2")
    assert turn_of(story.tries(200, "c2")).ttfo.quality == "unavailable"
    assert turn_of(story.says(300, call="c2")).ttfo.value == pytest.approx(0.300)


def test_e2e_of_a_running_turn_is_the_time_so_far() -> None:
    assert turn_of(Story().begins(10), now=350).e2e.value == pytest.approx(0.350)


def test_the_waterfall_gives_every_instant_to_one_part() -> None:
    assert milliseconds(turn_of(simple_turn()).parts) == {
        "queue": 10, "runner": 60, "connect": 40, "wait": 360, "decode": 230,
    }  # fmt: skip


def test_parallel_tools_count_once_in_the_sums_and_both_are_bars() -> None:
    story = Story().begins(0).runs_tool(100, "slow").runs_tool(100, "fast")
    turn = turn_of(story.tool_ends(200, "fast").tool_ends(400, "slow").finishes(400))
    assert milliseconds(turn.parts) == {"tool": 300, "runner": 100}
    assert [(span.key, span.end - span.start) for span in turn.spans] == [
        ("fast", 100 * MS), ("slow", 300 * MS),
    ]  # fmt: skip


def test_an_eventful_turn_is_explained_part_by_part() -> None:
    turn = turn_of(eventful_turn())
    assert milliseconds(turn.parts) == {
        "queue": 10,
        "connect": 100 + 40 + 30,
        "backoff": 1000,
        "wait": 360 + 220,
        "decode": 610 + 2010,
        "tool": 700,
        "runner": 10 + 10 + 10 + 10,
    }
    assert turn.parts.total == 5120 * MS
    assert (turn.attempts, turn.failed, turn.retries, turn.tools) == (4, 1, 1, 2)


def test_waiting_for_the_sdk_counts_as_queueing() -> None:
    story = Story().begins(10)
    story.adds(events.WarmUpAwaited(at=12 * MS, run="run"))
    assert milliseconds(turn_of(story, now=500).parts) == {"queue": 498, "runner": 2}
    story.calls(900).tries(901).connects(911).says(920).ends(930).finishes(930)
    assert milliseconds(turn_of(story).parts) == {
        "queue": 898, "runner": 3, "connect": 10, "wait": 9, "decode": 10,
    }  # fmt: skip


def test_a_turn_cancelled_while_the_sdk_loads_was_queueing() -> None:
    story = Story().begins(10).adds(events.WarmUpAwaited(at=12 * MS, run="run"))
    turn = turn_of(story.finishes(500, "cancelled"))
    assert milliseconds(turn.parts) == {"queue": 498, "runner": 2}


def test_tool_time_has_priority_over_the_nested_agent_inside_it() -> None:
    story = Story().begins(0).runs_tool(100).calls(110, parent="t1").tries(110).says(150)
    story.ends(190).tool_ends(200).finishes(200)
    assert milliseconds(turn_of(story).parts) == {"tool": 100, "runner": 100}


def test_a_wait_for_approval_is_a_part() -> None:
    story = Story().begins(0).asks(100).answers(400).runs_tool(400).tool_ends(500).finishes(500)
    assert milliseconds(turn_of(story).parts) == {"runner": 100, "approval": 300, "tool": 100}


def test_a_question_that_is_asked_again_has_waited_since_it_was_first_asked() -> None:
    story = Story().begins(0).asks(100, "t1").asks(100, "t2").asks(9000, "t1").answers(9500, "t1")
    story.asks(20_000, "t2")
    waiting = story.figures(20_500)
    assert waiting.turn is not None
    assert milliseconds(waiting.turn.parts) == {"runner": 100, "approval": 20_400}
    assert waiting.turn.longest == "waiting for approval"
    assert waiting.state.seconds == about(20.4)
    ended = turn_of(story.answers(21_000, "t2").finishes(21_000))
    assert milliseconds(ended.parts) == {"runner": 100, "approval": 20_900}
    bars = [span for span in ended.spans if span.part == "approval"]
    assert [(span.start / MS, span.end / MS) for span in bars] == [(100, 9500), (100, 21_000)]


def test_the_part_until_the_headers_has_another_name_than_a_step_of_the_connection() -> None:
    names = [part_name(part) for part in PARTS]
    assert "request" in names
    assert not {"connect", "DNS", "TCP", "TLS", "sent"} & set(names)
    assert len(set(names)) == len(PARTS)


def test_an_attempt_that_never_connected_was_connecting() -> None:
    story = Story().begins(0).calls(0).tries(0).fails(100).finishes(100, "failed", "network")
    assert milliseconds(turn_of(story).parts) == {"connect": 100}


def test_with_hidden_headers_all_time_before_the_first_token_is_waiting() -> None:
    story = Story().begins(0).calls(0).tries(0).says(100).ends(150).finishes(150)
    assert milliseconds(turn_of(story).parts) == {"wait": 100, "decode": 50}


def test_the_first_event_does_not_say_when_hidden_headers_came() -> None:
    story = Story().begins(0).calls(0).tries(0).connects(80, hidden=True)
    assert milliseconds(turn_of(story, now=90).parts) == {"wait": 90}
    assert story.figures(90).state.kind == "waiting"
    story = story.says(100).ends(150).finishes(150)
    assert milliseconds(turn_of(story).parts) == {"wait": 100, "decode": 50}


@pytest.mark.parametrize("ending", ["is_cancelled", "fails"])
def test_the_silence_before_the_end_of_an_incomplete_answer_is_a_stall(ending: str) -> None:
    story = Story().begins(0).calls(0).tries(0).streams(range(100, 1101, 50))
    while_open = story.figures(1000 + 20_000)
    assert while_open.turn is not None
    assert while_open.attempt is not None
    assert (while_open.state.kind, while_open.turn.longest) == ("stalled", "stalled")
    assert while_open.attempt.icl_max.value == about(19.9)
    getattr(story, ending)(30_100)
    figures = story.finishes(30_100, "cancelled").figures()
    assert figures.turn is not None
    assert figures.attempt is not None
    assert milliseconds(figures.turn.parts) == {"wait": 100, "decode": 1000, "stall": 29_000}
    assert figures.turn.longest == "stalled"
    assert figures.turn.longest_share == about(29_000 / 30_100)
    assert len(joined_bars(figures.turn.spans)) == 1
    assert figures.attempt.icl_max.value == about(29)
    assert figures.attempt.icl_p99.value == about(0.05)
    assert max(figures.gaps) == figures.gaps[-1] == about(29)
    assert figures.attempt.rate.value == about(20)


def test_a_pause_that_a_delta_or_the_end_of_the_answer_ends_is_no_stall() -> None:
    story = Story().begins(0).calls(0).tries(0).streams((100, 3100, 5900))
    cancelled = turn_of(Story().adds(*story.events).is_cancelled(8000).finishes(8000, "cancelled"))
    assert milliseconds(cancelled.parts) == {"wait": 100, "decode": 7900}
    ended = turn_of(story.ends(36_000).finishes(36_000))
    assert milliseconds(ended.parts) == {"wait": 100, "decode": 35_900}


def test_the_last_gap_of_an_answer_that_is_cancelled_in_full_flow_is_no_stall() -> None:
    story = Story().begins(0).calls(0).tries(0).streams((100, 120, 140)).is_cancelled(900)
    figures = story.finishes(900, "cancelled").figures()
    assert figures.turn is not None
    assert milliseconds(figures.turn.parts) == {"wait": 100, "decode": 800}
    assert figures.gaps == (about(0.02),)


def test_a_stall_beyond_the_limit_counts_even_after_a_longer_gap() -> None:
    story = Story().begins(0).calls(0).tries(0).streams((100, 30_100)).is_cancelled(50_100)
    turn = turn_of(story.finishes(50_100, "cancelled"))
    assert milliseconds(turn.parts) == {"wait": 100, "decode": 30_000, "stall": 20_000}


def test_what_another_stream_decodes_meanwhile_is_decoding() -> None:
    story = Story().begins(0).calls(0).tries(0).streams((0, 100))
    story.calls(100, "c2").tries(100, "c2").streams((100, 5100), call="c2").ends(5100, "c2")
    turn = turn_of(story.is_cancelled(9100).finishes(9100, "cancelled"))
    assert milliseconds(turn.parts) == {"decode": 5100, "stall": 4000}


def test_building_the_request_is_a_part_of_its_own() -> None:
    story = Story().begins(0).calls(0).tries(0).sends_request(40).connects(50).says(100)
    turn = turn_of(story.ends(150).finishes(150))
    assert milliseconds(turn.parts) == {"prepare": 40, "connect": 10, "wait": 50, "decode": 50}
    assert [(span.part, span.key) for span in turn.spans] == [
        (part, "c1/1") for part in ("prepare", "connect", "wait", "decode")
    ]


def test_a_request_that_was_sent_and_never_connected_was_connecting() -> None:
    story = Story().begins(0).calls(0).tries(0).sends_request(40).fails(100).finishes(100, "failed")
    assert milliseconds(turn_of(story).parts) == {"prepare": 40, "connect": 60}


def test_a_running_turn_counts_open_spans() -> None:
    story = Story().begins(0).calls(0).tries(0).connects(50)
    turn = turn_of(story, now=200)
    assert milliseconds(turn.parts) == {"connect": 50, "wait": 150}
    assert [span.open for span in turn.spans] == [True, True]


def test_cancelling_in_a_back_off_ends_it() -> None:
    story = Story().begins(0).calls(0).tries(0).fails(100).waits(100, 5000)
    turn = turn_of(story.finishes(300, "cancelled"))
    assert milliseconds(turn.parts) == {"connect": 100, "backoff": 200}


def test_the_longest_part_is_named() -> None:
    story = Story().begins(0).runs_tool(100, "a", "search").tool_ends(820, "a").finishes(1000)
    turn = turn_of(story)
    assert (turn.longest, turn.longest_share) == ("tool search", about(0.72))


def test_tokens_of_a_turn_are_the_sums_of_its_attempts() -> None:
    tokens = turn_of(eventful_turn()).tokens
    assert (tokens.input.value, tokens.output.value) == (420 + 90 + 600, 31 + 33 + 101)
    assert tokens.output.quality == "measured"


def test_tokens_of_a_running_turn_include_the_estimate_of_the_stream() -> None:
    story = Story().begins(0).calls(0).tries(0).streams(range(100, 200, 10))
    tokens = turn_of(story).tokens
    assert tokens.output == Figure(10.0, "estimated")
    assert tokens.input.quality == "unavailable"


def test_a_very_long_turn_stays_bounded_and_still_sums_to_e2e() -> None:
    story = Story().begins(0)
    for number in range(2000):
        story.runs_tool(10 * number, f"t{number}").tool_ends(10 * number + 7, f"t{number}")
    turn = turn_of(story.finishes(20_000))
    assert milliseconds(turn.parts) == {"tool": 14_000, "runner": 6_000}
    assert len(turn.spans) <= 256


def test_a_very_long_turn_under_one_tool_stays_bounded() -> None:
    story = Story().begins(0).runs_tool(0, "outer")
    for number in range(2000):
        story.runs_tool(10 * number, f"t{number}", parent="outer")
        story.tool_ends(10 * number + 7, f"t{number}")
    turn = turn_of(story.tool_ends(20_000, "outer").finishes(20_000))
    assert milliseconds(turn.parts) == {"tool": 20_000}
    assert len(turn.spans) <= 256


def test_spans_of_user_code_are_in_no_sum_and_no_count() -> None:
    story = Story().begins(0).runs_tool(100, name="plan").spans(200, 900, "outline")
    turn = turn_of(story.tool_ends(600).spans(700, 950, "broken", error="no ink").finishes(1000))
    assert milliseconds(turn.parts) == {"tool": 500, "runner": 500}
    assert (turn.tools, turn.failed, turn.kinds) == (1, 0, ())
    assert [(span.name, span.outcome) for span in turn.spans if span.part == "span"] == [
        ("outline", "ok"),
        ("broken", "error"),
    ]


@pytest.mark.parametrize(
    ("kind", "name", "bar"),
    [
        ("sandbox", "create_session", "sandbox create"),
        ("sandbox", "exec", "sandbox exec"),
        ("mcp_tools", "files", "MCP files"),
        ("custom", "a_plan", "a_plan"),
    ],
)
def test_the_bar_of_a_span_has_a_short_name(kind: str, name: str, bar: str) -> None:
    turn = turn_of(Story().begins(0).spans(100, 200, name, kind=kind).finishes(300))
    assert [span.name for span in turn.spans if span.part == "span"] == [bar]


spans = st.lists(
    st.builds(
        lambda part, start, length: Span(part=part, start=start, end=start + length),
        st.sampled_from((*PARTS, "span")),
        st.integers(-50, 150),
        st.integers(0, 80),
    ),
    max_size=30,
)


@given(spans, st.integers(-20, 100), st.integers(0, 100))
def test_parts_sum_to_the_whole(spans: list[Span], start: int, length: int) -> None:
    assert partition(spans, start, start + length).total == length


@given(spans, st.integers(0, 100))
def test_every_instant_goes_to_the_first_part_that_covers_it(spans: list[Span], end: int) -> None:
    parts = partition(spans, 0, end)
    expected = dict.fromkeys(PARTS, 0)
    for instant in range(end):
        covering = [
            span.part for span in spans if span.start <= instant < span.end and span.part != "span"
        ]
        expected[min(covering, key=PARTS.index, default="runner")] += 1
    assert {part: parts.of(part) for part in PARTS} == expected


@given(spans, st.randoms())
def test_parts_do_not_depend_on_the_order_of_spans(spans: list[Span], random: object) -> None:
    shuffled = list(spans)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert partition(shuffled, 0, 100) == partition(spans, 0, 100)
