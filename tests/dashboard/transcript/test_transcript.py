from typing import Any

from textual.pilot import Pilot

from tests.dashboard.transcript.hosting import Host, screen_lines, screen_text, settled
from tui.dashboard.messages import Copied, HitsChanged, LinkClicked
from tui.dashboard.transcript import Transcript
from tui.dashboard.transcript.line_layout import LineLayout
from tui.dashboard.transcript.text_intake import TextIntake
from tui.dashboard.transcript.transcript_model import Conversation


def heard(pilot: Pilot[Any], kind: type) -> list[Any]:
    assert isinstance(pilot.app, Host)
    return [message for message in pilot.app.heard if isinstance(message, kind)]


def paragraphs(count: int, start: int = 0) -> str:
    return "".join(f"Paragraph {n} of many.\n\n" for n in range(start, start + count))


async def long_answer(pilot: Pilot[Any], transcript: Transcript, count: int = 100) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", paragraphs(count))
    await settled(pilot, transcript)


async def test_an_answer_is_shown_under_the_agents_name(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.add_user("u", "Hi *there*", 0.0)
    transcript.start_answer("a", "Game Master", 0.0)
    for word in ("Let me ", "**ro", "ll**", " for it.\n\n- one\n- t", "wo"):
        transcript.append("a", word)
    transcript.finish("a")
    await settled(pilot, transcript)
    shown = [line for line in screen_lines(transcript) if line]
    assert shown == [
        "You", "Hi *there*", "Game Master", "Let me roll for it.", "• one", "• two",
    ]  # fmt: skip


async def test_an_unfinished_answer_is_shown_as_far_as_it_goes(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "first\n\n```py\nx = 1")
    await settled(pilot, transcript)
    assert "x = 1" in screen_text(transcript)
    assert "```" not in screen_text(transcript)


async def test_an_interrupted_answer_says_where_it_was_cut(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "Half a sen")
    transcript.finish("a", interrupted="cancelled")
    await settled(pilot, transcript)
    assert "Half a sen\n✂ interrupted: cancelled" in screen_text(transcript)


async def test_the_final_text_replaces_what_was_streamed(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "wrnog")
    await settled(pilot, transcript)
    transcript.replace("a", "right\n\nand more")
    transcript.finish("a")
    await settled(pilot, transcript)
    assert "wrnog" not in screen_text(transcript)
    assert "right" in screen_text(transcript)


async def test_withdrawn_text_is_gone_and_the_reason_is_there(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "a secret")
    await settled(pilot, transcript)
    transcript.withdraw("a", "guardrail no_secrets")
    await settled(pilot, transcript)
    assert "secret\n" not in screen_text(transcript)
    assert "✂ withdrawn: guardrail no_secrets" in screen_text(transcript)
    assert "a secret" not in transcript.conversation.by_key["a"].source()


async def test_json_answers_are_laid_out_when_they_are_complete(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0, as_json=True)
    transcript.append("a", '{"a": [1,')
    await settled(pilot, transcript)
    assert '{"a": [1,' in screen_text(transcript)
    transcript.append("a", "2]}")
    transcript.finish("a")
    await settled(pilot, transcript)
    assert '   "a": [\n     1,\n     2\n   ]' in screen_text(transcript)


async def test_reasoning_is_one_line_until_it_is_opened(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_reasoning("r", 0.0)
    transcript.append_reasoning("r", "First I think.")
    transcript.finish_reasoning("r", 3.2)
    await settled(pilot, transcript)
    assert screen_text(transcript).strip() == "▸ reasoned for 3.2 s"
    transcript.toggle_reasoning()
    await settled(pilot, transcript)
    assert "│ First I think." in screen_text(transcript)
    transcript.toggle_reasoning()
    await settled(pilot, transcript)
    assert "First" not in screen_text(transcript)


async def test_a_tool_call_is_one_line_and_opens_to_arguments_and_result(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.add_tool("t", "roll", 0.0)
    transcript.set_tool_arguments("t", '{"sides": 20}')
    await settled(pilot, transcript)
    assert screen_text(transcript).strip() == "▸ ⟳ roll sides=20"
    transcript.finish_tool("t", state="ok", result="17\n18", seconds=0.012)
    await settled(pilot, transcript)
    assert screen_text(transcript).strip() == "▸ ✓ roll sides=20 → 17 18  12 ms"
    await pilot.press("k", "space")
    await settled(pilot, transcript)
    assert [line.lstrip("│ ").strip() for line in screen_lines(transcript) if line][1:] == [
        "arguments", "{", '"sides": 20', "}", "result", "17", "18",
    ]  # fmt: skip


async def test_a_click_on_a_folded_line_opens_it(pilot: Pilot[Any], transcript: Transcript) -> None:
    transcript.add_tool("t", "roll", 0.0)
    transcript.finish_tool("t", state="failed", result="boom", seconds=None)
    await settled(pilot, transcript)
    assert "failed: boom" in screen_lines(transcript)[0]
    await pilot.click(Transcript, offset=(5, 0))
    await settled(pilot, transcript)
    assert "boom" in screen_text(transcript).split("\n", 1)[1]


async def test_an_error_card_keeps_its_detail_until_asked(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.add_error("e", "It broke", "Try again", "^R retry", "Traceback", 0.0)
    await settled(pilot, transcript)
    assert "✗ It broke" in screen_text(transcript)
    assert "^R retry" in screen_text(transcript)
    assert "Traceback" not in screen_text(transcript)
    await pilot.press("k", "enter")
    await settled(pilot, transcript)
    assert "Traceback" in screen_text(transcript)


async def test_what_is_being_waited_for_stands_at_the_end(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.add_user("u", "Hi", 0.0)
    transcript.show_thinking("thinking…")
    await settled(pilot, transcript)
    assert [line for line in screen_lines(transcript) if line] == ["You", "Hi", "thinking…"]
    transcript.hide_thinking()
    await settled(pilot, transcript)
    assert [line for line in screen_lines(transcript) if line] == ["You", "Hi"]


async def test_rewinding_drops_an_item_and_all_after_it(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.add_user("u1", "one", 0.0)
    transcript.add_user("u2", "two", 0.0)
    transcript.add_notice("three", 0.0)
    transcript.remove_from("u2")
    transcript.add_user("u2", "again", 0.0)
    await settled(pilot, transcript)
    assert [line for line in screen_lines(transcript) if line] == ["You", "one", "You", "again"]
    transcript.clear()
    await settled(pilot, transcript)
    assert not screen_text(transcript).strip()


async def test_it_follows_the_end_until_somebody_scrolls_up(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    await long_answer(pilot, transcript)
    assert "Paragraph 99" in screen_text(transcript)
    await pilot.press("pageup")
    await settled(pilot, transcript)
    before = screen_lines(transcript)
    assert not transcript.window.following
    transcript.append("a", paragraphs(50, start=100))
    await settled(pilot, transcript)
    assert screen_lines(transcript)[:-1] == before[:-1]
    assert "↓ 100 new lines" in screen_lines(transcript)[-1]
    await pilot.press("end")
    await settled(pilot, transcript)
    assert "Paragraph 149" in screen_text(transcript)
    assert transcript.window.following


async def test_a_click_on_the_mark_follows_again(pilot: Pilot[Any], transcript: Transcript) -> None:
    await long_answer(pilot, transcript)
    await pilot.press("pageup")
    transcript.append("a", paragraphs(9, start=100))
    await settled(pilot, transcript)
    await pilot.click(Transcript, offset=(76, 23))
    await settled(pilot, transcript)
    assert transcript.window.following
    assert "Paragraph 108" in screen_text(transcript)


async def test_resizing_keeps_the_line_being_read(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "".join(f"## Part {n}\n\n{'word ' * 60}\n\n" for n in range(60)))
    await settled(pilot, transcript)
    await pilot.press("pageup", "pageup", "pageup")
    await settled(pilot, transcript)
    top = transcript.line_layout.place(transcript.scroll_offset.y)
    for width in (50, 120, 80):
        await pilot.resize_terminal(width, 24)
        await settled(pilot, transcript)
        now = transcript.line_layout.place(transcript.scroll_offset.y)
        assert now[:2] == top[:2]


async def test_nothing_moves_when_the_block_being_read_becomes_final(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    await long_answer(pilot, transcript, 30)
    transcript.append("a", "".join(f"- item {n} of the open list\n" for n in range(30)))
    await settled(pilot, transcript)
    await pilot.press("up", "up", "up")
    await settled(pilot, transcript)
    before = screen_lines(transcript)[:-1]
    for part in ("\n\nAfter.\n\n", paragraphs(40), "## End\n"):
        transcript.append("a", part)
        await settled(pilot, transcript)
        assert screen_lines(transcript)[:-1] == before


async def test_home_and_paging_down_show_everything_in_order(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    await long_answer(pilot, transcript, 200)
    await pilot.press("home")
    await settled(pilot, transcript)
    seen: list[str] = []
    while not transcript.window.following:
        seen += [line for line in screen_lines(transcript) if line.startswith("Paragraph")]
        await pilot.press("pagedown")
        await settled(pilot, transcript)
    seen += [line for line in screen_lines(transcript) if line.startswith("Paragraph")]
    assert list(dict.fromkeys(seen)) == [f"Paragraph {n} of many." for n in range(200)]


async def test_a_long_message_folds_to_its_first_lines(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    await long_answer(pilot, transcript, 30)
    transcript.finish("a")
    await settled(pilot, transcript)
    await pilot.press("k", "space")
    await settled(pilot, transcript)
    shown = [line for line in screen_lines(transcript) if line]
    assert shown[:2] == ["Agent", "Paragraph 0 of many."]
    assert shown[-1].startswith("… 54 more lines")
    await pilot.press("space")
    await settled(pilot, transcript)
    assert "more lines" not in screen_text(transcript)


async def test_search_marks_hits_and_goes_round(pilot: Pilot[Any], transcript: Transcript) -> None:
    transcript.add_tool("t", "roll", 0.0)
    transcript.finish_tool("t", state="ok", result="x\n" * 500 + "the Needle", seconds=None)
    await long_answer(pilot, transcript)
    transcript.append("a", "\n\nanother **needle** here")
    await settled(pilot, transcript)
    await pilot.press("home")
    transcript.search("needle")
    await settled(pilot, transcript)
    assert "the Needle" in screen_text(transcript)
    transcript.next_hit()
    await settled(pilot, transcript)
    assert "another needle here" in screen_text(transcript)
    transcript.next_hit()
    transcript.previous_hit()
    transcript.search("nowhere")
    await settled(pilot, transcript)
    found = [(message.current, message.count) for message in heard(pilot, HitsChanged)]
    assert found == [(1, 2), (2, 2), (1, 2), (2, 2), (0, 0)]


async def test_y_copies_the_newest_answer_and_j_k_choose_another(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.add_user("u", "the question", 0.0)
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "The **answer**\n\n- in Markdown\n")
    transcript.finish("a")
    await settled(pilot, transcript)
    await pilot.press("y", "k", "k", "y")
    await settled(pilot, transcript)
    assert [message.text for message in heard(pilot, Copied)] == [
        "The **answer**\n\n- in Markdown", "the question",
    ]  # fmt: skip


async def test_c_steps_through_code_and_y_copies_it(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    long = "".join(f"line_{n} = {n}\n" for n in range(200))
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", f"One:\n\n```py\nx = 1\n```\n\nTwo:\n\n```sh\n{long}```\n\nDone.\n")
    transcript.finish("a")
    await settled(pilot, transcript)
    await pilot.press("c", "y", "c", "y", "C", "y")
    await settled(pilot, transcript)
    copied = heard(pilot, Copied)
    assert [message.text for message in copied] == ["x = 1\n", long, "x = 1\n"]
    assert copied[0].what == "a block of py"


async def test_selecting_copies_text_without_decoration(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "Some **bold** words\n\n- one\n- two\n\n> said so\n\nlast words\n")
    transcript.finish("a")
    await settled(pilot, transcript)
    await pilot.mouse_down(Transcript, offset=(7, 1))
    await pilot.hover(Transcript, offset=(6, 8))
    await pilot.mouse_up(Transcript, offset=(6, 8))
    await settled(pilot, transcript)
    assert pilot.app.screen.get_selected_text() == (
        "bold words\n\n- one\n- two\n\n> said so\n\nlast"
    )


async def test_a_link_is_offered_and_never_opened(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "[a page](https://example.org/x) [bad](javascript:alert) <mailto:x@y.z>")
    await settled(pilot, transcript)
    assert "a page (https://example.org/x)" in screen_text(transcript)
    for column in range(2, 78, 3):
        await pilot.click(Transcript, offset=(column, 1))
    await pilot.pause()
    assert {m.address for m in heard(pilot, LinkClicked)} == {"https://example.org/x"}


async def test_an_address_in_the_text_is_offered_too_if_it_is_one_of_the_web(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "See https://example.org/a_b, ftp://x.y javascript:alert(1) me@x.org")
    await settled(pilot, transcript)
    assert "See https://example.org/a_b, ftp://x.y" in screen_text(transcript)
    for column in range(2, 78, 3):
        await pilot.click(Transcript, offset=(column, 1))
    await pilot.pause()
    assert {m.address for m in heard(pilot, LinkClicked)} == {"https://example.org/a_b"}


async def test_times_are_shown_on_demand(pilot: Pilot[Any], transcript: Transcript) -> None:
    transcript.add_user("u", "Hi", 0.0)
    await settled(pilot, transcript)
    assert screen_lines(transcript)[0] == "You"
    await pilot.press("t")
    await settled(pilot, transcript)
    assert screen_lines(transcript)[0].count(":") == 2


async def test_the_source_of_an_answer_is_its_markdown(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "# Title\n\ntext")
    await settled(pilot, transcript)
    transcript.append("a", " and more")
    source = transcript.conversation.by_key["a"].source()
    assert source == "# Title\n\ntext and more"


async def test_an_empty_conversation_says_what_to_do_until_something_happens(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.set_hint("Type a message.\nF1 helps.")
    await settled(pilot, transcript)
    assert [line for line in screen_lines(transcript) if line] == ["Type a message.", "F1 helps."]
    transcript.add_user("u", "Hi", 0.0)
    await settled(pilot, transcript)
    assert [line for line in screen_lines(transcript) if line] == ["You", "Hi"]
    transcript.clear()
    await settled(pilot, transcript)
    assert "F1 helps." in screen_text(transcript)


async def test_a_folded_call_shows_its_arguments_as_people_write_them(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.add_tool("t", "roll_dice", 0.0)
    transcript.set_tool_arguments("t", '{"sides": 20, "name": "Ánh"}')
    await settled(pilot, transcript)
    assert screen_lines(transcript)[0] == '▸ ⟳ roll_dice sides=20, name="Ánh"'
    transcript.fold("t", folded=False)
    await settled(pilot, transcript)
    assert '"sides": 20,' in screen_text(transcript)


async def test_a_handoff_takes_the_place_of_the_call_that_asked_for_it(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.add_user("u", "Sing", 0.0)
    transcript.add_tool("t", "transfer_to_bard", 0.0)
    transcript.add_tool("other", "roll_dice", 0.0)
    await settled(pilot, transcript)
    transcript.add_handoff("Triage", "Bard", 0.0, call="t")
    await settled(pilot, transcript)
    shown = [line for line in screen_lines(transcript) if line]
    assert shown == ["You", "Sing", "⇢ handoff Triage → Bard", "▸ ⟳ roll_dice"]
    transcript.add_handoff("Bard", "Triage", 0.0, call="unheard of")
    await settled(pilot, transcript)
    assert "⇢ handoff Bard → Triage" in screen_text(transcript)


async def test_a_theme_change_keeps_the_place(pilot: Pilot[Any], transcript: Transcript) -> None:
    await long_answer(pilot, transcript)
    await pilot.press("pageup")
    await settled(pilot, transcript)
    before = screen_lines(transcript)
    pilot.app.theme = "textual-light"
    await settled(pilot, transcript)
    assert screen_lines(transcript) == before


class Clock:
    """Time that goes on when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_reading_speed_still_applies_after_the_answer_is_complete() -> None:
    clock = Clock()
    layout = LineLayout(lambda _: None)
    intake = TextIntake(layout, clock)
    intake.pace = 60
    conversation = Conversation(layout, intake)
    conversation.start_answer("a", "Agent", 0.0)
    conversation.append("a", "alpha bravo delta gamma ")
    conversation.replace("a", "alpha bravo delta gamma ")
    conversation.finish("a")
    shown = []
    for _ in range(4):
        clock.now += 1.0
        intake.work(clock.now + 1.0)
        shown.append(conversation.by_key["a"].source())
    assert shown == [
        "alpha ", "alpha bravo ", "alpha bravo delta ", "alpha bravo delta gamma ",
    ]  # fmt: skip
    conversation.append("a", "too late")
    intake.work(clock.now + 1.0)
    assert conversation.by_key["a"].source().endswith("delta gamma ")


async def test_what_the_person_sends_does_not_wait_for_the_pace() -> None:
    app = Host()
    transcript = app.transcript
    async with app.run_test(size=(80, 24)) as pilot:
        transcript.set_pace(60)
        transcript.start_answer("a", "Agent", 0.0)
        transcript.append("a", "one two three")
        transcript.finish("a")
        transcript.add_user("u", "next", 0.0)
        await settled(pilot, transcript)
        assert "one two three" in screen_text(transcript)


async def test_the_screen_above_is_drawn_ahead_and_nothing_in_view_moves(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    await long_answer(pilot, transcript, 300)
    layout = transcript.line_layout
    width = layout.width
    layout.restyle(width - 10, layout.palette)
    layout.restyle(width, layout.palette)
    await pilot.press("pageup")
    await settled(pilot, transcript)
    before = screen_lines(transcript)
    top = layout.place(transcript.scroll_offset.y)
    item = layout.items[top.item]
    ahead = range(top.unit - transcript.size.height // 2, top.unit)
    assert all(layout.is_exact(item, unit) for unit in ahead)
    await pilot.press("pageup", "pagedown")
    await settled(pilot, transcript)
    assert screen_lines(transcript) == before


async def test_of_a_conversation_told_at_once_the_end_is_there_before_any_other_frame() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        transcript = app.transcript
        await settled(pilot, transcript)
        with transcript.bulk_load():
            for number in range(30):
                transcript.start_answer(f"a{number}", "Ann", 0.0)
                transcript.append(f"a{number}", f"answer *{number}*\n\n- one\n- two\n" * 3)
                transcript.finish(f"a{number}")
            await pilot.pause()
            assert transcript.is_settled
        assert "answer 29" in screen_text(transcript)
        assert not transcript.is_settled
        await settled(pilot, transcript)
        transcript.action_scroll_home()
        await settled(pilot, transcript)
        assert "answer 0" in screen_text(transcript)
