"""What each kind of item looks like."""

from typing import Any

from textual.pilot import Pilot

from tests.dashboard.transcript.hosting import (
    screen_lines,
    screen_text,
    settled,
)
from tui.dashboard.transcript import Transcript


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


async def test_an_unfinished_answer_is_shown_without_its_open_marks(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "first\n\n```py\nx = 1")
    await settled(pilot, transcript)
    assert "x = 1" in screen_text(transcript)
    assert "```" not in screen_text(transcript)


async def test_an_interrupted_answer_shows_why_it_was_cut(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "Half a sen")
    transcript.finish("a", interrupted="cancelled")
    await settled(pilot, transcript)
    assert "Half a sen\n✂ interrupted" in screen_text(transcript)


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


async def test_withdrawn_text_is_replaced_by_the_reason(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "a secret")
    await settled(pilot, transcript)
    transcript.withdraw("a", "withdrawn by the guardrail no_secrets")
    await settled(pilot, transcript)
    assert "secret\n" not in screen_text(transcript)
    assert "✂ withdrawn by the guardrail no_secrets" in screen_text(transcript)
    assert "a secret" not in transcript.item_list.by_key["a"].source()


async def test_json_answers_are_indented_when_they_are_complete(
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
    assert screen_text(transcript).strip() == "▸ reasoned for 3.20 s"
    transcript.toggle_reasoning()
    await settled(pilot, transcript)
    assert "│ First I think." in screen_text(transcript)
    transcript.toggle_reasoning()
    await settled(pilot, transcript)
    assert "First" not in screen_text(transcript)


async def test_an_answer_that_turns_out_to_be_reasoning_is_folded_in_its_place(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "First I think.\n</th")
    await settled(pilot, transcript)
    transcript.item_list.recast("a", "First I think.", 3.2)
    transcript.start_answer("b", "Agent", 0.0)
    transcript.append("b", "Four.")
    await settled(pilot, transcript)
    assert screen_text(transcript).split("\n")[0].strip() == "▸ reasoned for 3.20 s"
    assert "Four." in screen_text(transcript)
    assert "First" not in screen_text(transcript)
    transcript.toggle_reasoning()
    await settled(pilot, transcript)
    assert "│ First I think." in screen_text(transcript)
    assert "</th" not in screen_text(transcript)


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


async def test_an_error_card_shows_its_detail_on_a_key(
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


async def test_the_thinking_line_is_at_the_end(pilot: Pilot[Any], transcript: Transcript) -> None:
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
    source = transcript.item_list.by_key["a"].source()
    assert source == "# Title\n\ntext and more"


async def test_an_empty_conversation_shows_a_hint(
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


async def test_a_folded_call_shows_its_arguments_as_name_and_value(
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
