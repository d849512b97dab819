"""A replay on the screen: it plays, pauses, jumps, and sends nothing."""

from io import StringIO

import pytest
from rich.console import Console

from tests.dashboard.replay.replay_desk import SECOND, replay_desk, two_turns, worker
from tests.dashboard.test_main_screen import desk
from tui.core.config.settings import Config
from tui.dashboard.commands.command import Commands
from tui.dashboard.commands.command_table import by_slash, parse_slash
from tui.dashboard.reports.help_text import help_body
from tui.protocol import events
from tui.protocol.commands import StartRun


async def test_it_plays_with_the_recorded_timing() -> None:
    async with replay_desk() as it:
        assert not it.shows("question 1")
        await it.play(1)
        assert it.shows("question 1")
        await it.play(2.0)
        assert it.shows("answer 1")
        assert not it.shows("ends1")
        await it.play(1.0)
        assert it.shows("answer 1 ends1.")
        assert not it.shows("question 2")


async def test_a_pause_stops_the_clock_of_the_figures() -> None:
    async with replay_desk() as it:
        await it.play(2.5)
        await it.press("space")
        before = it.player.now()
        assert it.shows("paused")
        await it.play(60)
        assert it.player.now() == before
        assert it.shows(r"streaming ── 00:01\.5")
        await it.press("p")
        await it.play(1.0)
        assert it.player.now() == before + SECOND


async def test_the_speed_changes_from_here_on() -> None:
    async with replay_desk() as it:
        await it.play(1.5)
        await it.press("plus")
        assert it.shows("2x playing")
        await it.play(1.0)
        assert it.player.position == round(3.5 * SECOND)
        await it.enter("/speed 0.25")
        await it.play(2.0)
        assert it.player.position == 4 * SECOND
        await it.press(*["equals_sign"] * 12)
        assert it.shows("64x")
        await it.press(*["minus"] * 12)
        assert it.shows(r"0\.25x")
        await it.enter("/speed warp")
        assert it.shows("/speed takes 0.25 to 64")


async def test_waits_between_turns_are_cut_short() -> None:
    async with replay_desk() as it:
        await it.play(5)
        assert it.shows("ends1")
        await it.play(2.9)
        assert not it.shows("question 2")
        await it.play(0.2)
        assert it.shows("question 2")
        assert it.player.tape.total == 12 * SECOND


async def test_jumps_by_turn_call_and_error() -> None:
    async with replay_desk() as it:
        await it.press("right_curly_bracket", "right_curly_bracket")
        assert it.shows("question 2")
        assert it.shows("ends1")
        assert not it.shows("answer 2")
        await it.press("left_curly_bracket")
        assert it.shows("question 1")
        assert not it.shows("question 2|answer 1")
        await it.press("greater_than_sign")
        assert it.shows("✗ dig")
        await it.press("greater_than_sign")
        assert it.shows("There is no error after this")
        await it.press("right_square_bracket", "less_than_sign")
        assert it.shows("✗ dig")
        assert not it.shows("question 2")


async def test_steps_by_one_event_pause_and_pass_over_what_is_never_seen() -> None:
    recorded = two_turns()
    recorded.insert(3, events.RequestBegan(at=SECOND, run="r1", call="c1", attempt=1))
    async with replay_desk(recorded) as it:
        await it.press("full_stop")
        assert it.shows("question 1")
        assert it.player.paused
        assert it.player.arrived == 3
        await it.press("full_stop")
        assert it.player.arrived == 5
        assert it.shows("ModelCallStarted")
        await it.press("comma", "comma")
        assert not it.shows("question 1")


@pytest.mark.parametrize(
    ("line", "position"),
    [("/seek 0:03", 3.0), ("/seek 3.5", 3.5), ("/seek end", 12.0), ("/seek 99:00", 12.0)],
)
async def test_seeks_to_a_time(line: str, position: float) -> None:
    async with replay_desk() as it:
        await it.press("space")
        await it.enter(line)
        assert it.player.position == round(position * SECOND)
        assert it.shows("answer 1")
        assert it.shows("ends1") == (position > 4)
        await it.press("home")
        assert it.player.position == 0
        assert not it.shows("question 1")


async def test_seeks_by_seconds_and_to_both_ends() -> None:
    async with replay_desk() as it:
        await it.press("space", "end")
        assert it.shows("ends2")
        await it.press("left")
        assert it.player.position == 7 * SECOND
        await it.press("right")
        assert it.player.position == 12 * SECOND
        await it.enter("/seek -10")
        assert it.player.position == 2 * SECOND
        await it.enter("/seek soon")
        assert it.shows("soon is no time")


async def test_a_jump_back_shows_the_figures_of_that_instant() -> None:
    async with replay_desk() as it:
        await it.play(2.5)
        await it.press("space")
        there = it.app.dispatcher.figures()
        lines = it.transcript
        await it.press("end")
        assert it.app.dispatcher.figures().session.turns == 2
        await it.enter("/seek 2.5")
        assert it.app.dispatcher.figures() == there
        assert it.transcript == lines


async def test_it_continues_in_the_middle_of_an_answer() -> None:
    async with replay_desk() as it:
        await it.press("end")
        await it.enter("/seek 3.5")
        assert it.shows("answer 1")
        await it.play(1)
        assert it.shows("answer 1 ends1.")
        assert [line.strip() for line in it.transcript].count("answer 1 ends1.") == 1


async def test_at_the_end_it_stops_and_can_be_played_again() -> None:
    async with replay_desk() as it:
        for _ in range(15):
            await it.play(1)
        assert it.shows("1x end")
        assert it.shows("ends2")
        assert it.shows("── idle ")
        await it.press("space")
        assert it.shows("playing")
        assert not it.shows("question 1")


async def test_the_bar_seeks_where_it_is_clicked_and_dragged() -> None:
    async with replay_desk() as it:
        await it.press("space")
        bar = it.app.replayed.seek_bar
        first = len(bar._words()[0])
        last = bar.size.width - len(bar._words()[1]) - 1
        await it.pilot.mouse_down(bar, offset=(last, 0))
        await it.settle()
        assert it.player.ended
        await it.pilot.hover(bar, offset=((first + last) // 2, 0))
        await it.settle()
        assert abs(it.player.position - 6 * SECOND) < SECOND // 4
        await it.pilot.mouse_up(bar, offset=((first + last) // 2, 0))
        await it.pilot.hover(bar, offset=(last, 0))
        await it.settle()
        assert abs(it.player.position - 6 * SECOND) < SECOND // 4


@pytest.mark.parametrize("width", [60, 80, 140])
async def test_the_bar_shows_position_total_marks_and_speed(width: int) -> None:
    async with replay_desk(size=(width, 20)) as it:
        await it.press("space", "end")
        (line,) = (line for line in it.text.splitlines() if "1x end" in line)
        assert line.startswith(" 0:12.0 ")
        assert " 0:12  1x end" in line
        assert line.count("╋") == 2
        assert line.count("✗") == 1
        assert len(line) <= width


async def test_the_prompt_takes_only_commands() -> None:
    async with replay_desk() as it:
        assert it.shows("Replay, read-only")
        it.app.main.prompt.focus()
        await it.press("h")
        assert it.app.main.prompt.text == ""
        assert it.shows("messages cannot be sent")
        await it.press("slash", "s", "p")
        assert it.app.main.prompt.text == "/sp"
        await it.press("ctrl+c", "escape")
        assert it.app.focused is it.app.replayed.seek_bar


@pytest.mark.parametrize("line", ["/retry", "/model x", "/reload", "/clear", "/export", "/session"])
async def test_commands_that_need_an_agent_say_that_this_is_a_replay(line: str) -> None:
    async with replay_desk() as it:
        await it.play(2.5)
        await it.enter(line)
        assert it.shows("This is a replay")
        await it.press("escape")
        assert it.app.main.conversation.cancelling_since is None


async def test_an_approval_is_shown_and_not_asked() -> None:
    asked = events.ApprovalRequested(
        at=2 * SECOND, run="r1", tool_call="t1", name="dig", arguments="{}", agent="Ann"
    )
    recorded = [*worker(), *two_turns()[2:5], asked]
    async with replay_desk(recorded) as it:
        await it.play(2)
        assert it.shows("waiting for your approval of dig")
        assert not it.app.main.approval.asking
        await it.until("The recording ends here, in the middle of a turn")


async def test_only_a_replay_offers_its_keys_and_commands() -> None:
    async with replay_desk() as it:
        assert it.shows("Space pause  .Q quit")
        assert {"seek", "speed"} <= {*by_slash(it.app.commands)}
        assert "Keys in a replay" in help_text(it.app.commands)
    async with desk() as live:
        assert not live.shows("Space pause")
        assert not {"seek", "speed"} & {*by_slash(live.app.commands)}
        assert parse_slash("/seek 1:00", live.app.commands).command is None  # type: ignore[union-attr]
        assert "Keys in a replay" not in help_text(live.app.commands)
        live.app.main.runs.submit("/seek 1:00", 0)
        assert not [command for command in live.sent if isinstance(command, StartRun)]


def help_text(commands: Commands) -> str:
    console = Console(width=120, file=StringIO())
    console.print(help_body(commands=commands))
    return str(console.file.getvalue())  # type: ignore[attr-defined]


async def test_remarks_about_the_recording_are_shown() -> None:
    async with replay_desk(remarks=["The last line is cut off."]) as it:
        assert it.shows("The last line is cut off.")


async def test_it_can_begin_at_the_end_and_takes_keys_of_the_settings() -> None:
    config = Config(keys={"replay_start": "w"})
    async with replay_desk(at_end=True, config=config) as it:
        assert it.shows("ends2")
        await it.press("w")
        assert not it.shows("question 1")


async def test_jumps_that_are_asked_for_faster_than_made_end_at_the_last() -> None:
    async with replay_desk() as it:
        await it.press("space")
        for position in (12, 3, 9, 1, 11, 2):
            it.app.replayed.seeking.to_position(position * SECOND)
        await it.settle()
        assert it.player.position == 2 * SECOND
        assert it.shows("answer")
        assert not it.shows("question 2")
