import openai
import pytest
from agents import ModelBehaviorError, RunConfig, Runner

from tests.demo.table import Table, orphans
from tui.demo import build
from tui.demo.response_events import tokens
from tui.demo.scripted_model import ScriptedModel
from tui.protocol.recovery_text import INTERRUPTED_MARK, RECOVERY_PROMPT

NO_TRACING = RunConfig(tracing_disabled=True)


@pytest.mark.parametrize(
    ("prompt", "calls"),
    [
        ("roll a d20", [("roll_dice", '{"sides":20}')]),
        ("roll a 100-sided die", [("roll_dice", '{"sides":100}')]),
        ("roll a die", [("roll_dice", '{"sides":6}')]),
        ("2d8 please", [("roll_dice", '{"sides":8}')] * 2),
        ("roll three dice", [("roll_dice", '{"sides":6}')] * 3),
        ("gieo xúc xắc 12 mặt", [("roll_dice", '{"sides":12}')]),
        ("flip a coin", [("flip_coin", "{}")]),
        ("tung đồng xu", [("flip_coin", "{}")]),
        ("ask the magic 8-ball", [("magic_answer", "{}")]),
        ("hỏi nhà tiên tri đi", [("magic_answer", "{}")]),
        ("will it rain tomorrow?", [("magic_answer", "{}")]),
        ("roll a d6 and a d8", [("roll_dice", '{"sides":6}'), ("roll_dice", '{"sides":8}')]),
        ("gieo hai viên xúc xắc", [("roll_dice", '{"sides":6}')] * 2),
        ("hello", []),
        ("what are the rules?", []),
    ],
)
async def test_tools_are_chosen_by_what_is_typed(
    table: Table, prompt: str, calls: list[tuple[str, str]]
) -> None:
    turn = await table.say(prompt)

    assert turn.error is None
    assert turn.calls == calls


@pytest.mark.parametrize(
    ("prompt", "tools"),
    [
        ("roll and flip", ["roll_dice", "flip_coin"]),
        ("I climb the wall", ["roll_dice", "magic_answer"]),
        ("tôi leo tường", ["roll_dice", "magic_answer"]),
    ],
)
async def test_tools_that_need_not_wait_are_called_in_one_response(
    table: Table, prompt: str, tools: list[str]
) -> None:
    turn = await table.say(prompt)

    first = turn.kinds.index("response.completed")
    done = [e for e in turn.events[:first] if e.type == "response.output_item.done"]
    assert [e.item.name for e in done if e.item.type == "function_call"] == tools
    assert len(turn.outputs) == len(tools)
    assert turn.kinds.count("response.completed") == 2


@pytest.mark.parametrize("prompt", ["roll a d1000", "gieo d1000", "掷 d1000"])
async def test_the_answer_contains_the_number_that_the_tool_gave(table: Table, prompt: str) -> None:
    turn = await table.say(prompt)

    assert turn.outputs[0].isdecimal()
    assert turn.outputs[0] in turn.text


async def test_a_climb_succeeds_from_ten_on() -> None:
    seen = set()
    for seed in range(12):
        turn = await Table(seed).say("I climb the wall")
        climbed = "top of the wall" in turn.text or "stand on the wall" in turn.text
        assert climbed is (int(turn.outputs[0]) >= 10)
        assert f"**{turn.outputs[0]}" in turn.text
        seen.add(climbed)
    assert seen == {True, False}


async def test_a_story_is_handed_to_the_storyteller_and_a_roll_back(table: Table) -> None:
    story = await table.say("tell me a story")
    roll = await table.say("roll a d20")

    assert story.agents == ["Game Master", "Storyteller"]
    assert roll.agents == ["Storyteller", "Game Master"]
    assert roll.calls[-1] == ("roll_dice", '{"sides":20}')
    assert orphans(table.items) == []


@pytest.mark.parametrize("prompt", ["tell me a story", "kể chuyện đi"])
async def test_a_tale_is_long_and_has_headings_a_quotation_and_a_list(
    table: Table, prompt: str
) -> None:
    tale = (await table.say(prompt)).text

    assert len(tokens(tale)) >= 250
    assert tale.count("\n### ") == 2
    assert "\n> “" in tale
    assert "\n1. **" in tale or "\n- **" in tale


async def test_a_tale_mentions_the_last_roll(table: Table) -> None:
    rolled = (await table.say("roll a d100000")).outputs[0]

    tale = (await table.say("now tell me a story")).text

    assert f"**{rolled}** " in tale or f"**{rolled}**," in tale


async def test_a_roll_asked_for_with_a_story_comes_first(table: Table) -> None:
    turn = await table.say("roll a d20 and tell me a story about it")

    assert [name for name, _ in turn.calls] == ["roll_dice", "transfer_to_storyteller"]
    assert turn.outputs[0] in turn.text


async def test_earlier_rolls_are_remembered(table: Table) -> None:
    first = (await table.say("roll a d20")).outputs[0]
    second = (await table.say("roll a d20")).outputs[0]
    await table.say("hello")

    turn = await table.say("what did I roll before?")

    assert turn.calls == []
    assert f"**{second} (d20)**" in turn.text
    assert f"{first} (d20), {second} (d20)" in turn.text


async def test_nothing_is_remembered_that_never_happened(table: Table) -> None:
    assert "no such result" in (await table.say("what did I roll before?")).text


async def test_a_name_is_remembered(table: Table) -> None:
    await table.say("Hi, my name is Zoë")
    await table.say("flip a coin")

    assert "Zoë" in (await table.say("what's my name?")).text


@pytest.mark.parametrize(
    ("prompt", "parts"),
    [
        ("rules", ["|---|", "\n1. "]),
        ("show me a table", ["|---|"]),
        ("stats", ["| rolls | 1 |"]),
        ("some code please", ["```python\n", "\n```\n"]),
        ("/faults", ["| `fault reset` |"]),
    ],
)
async def test_markdown_fits_the_question(table: Table, prompt: str, parts: list[str]) -> None:
    await table.say("roll a d20")

    turn = await table.say(prompt)

    assert [part for part in parts if part not in turn.text] == []


async def test_it_thinks_before_it_speaks(table: Table) -> None:
    turn = await table.say("I climb the wall")

    first_text = turn.kinds.index("response.output_text.delta")
    assert turn.kinds.index("response.reasoning_summary_text.delta") < first_text
    assert "d20" in turn.thoughts


async def test_usage_counts_what_was_streamed(table: Table) -> None:
    turn = await table.say("hello")

    (usage,) = turn.usages
    assert usage is not None
    thought = turn.kinds.count("response.reasoning_summary_text.delta")
    spoken = turn.kinds.count("response.output_text.delta")
    assert usage.output_tokens == thought + spoken
    assert usage.output_tokens_details.reasoning_tokens == thought
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens


async def test_usage_grows_with_the_conversation(table: Table) -> None:
    (first,) = (await table.say("hello")).usages
    (second,) = (await table.say("hello")).usages

    assert first is not None
    assert second is not None
    assert second.input_tokens > first.input_tokens


async def test_a_seed_makes_a_conversation_repeatable_and_others_differ() -> None:
    prompts = ("hello", "I climb the wall", "tell me a story")

    async def texts(seed: int) -> list[str]:
        table = Table(seed)
        return [(await table.say(prompt)).text for prompt in prompts]

    assert await texts(1) == await texts(1)
    assert await texts(1) != await texts(2)


async def test_the_same_prompt_is_not_always_answered_alike(table: Table) -> None:
    answers = {(await table.say("hello")).text for _ in range(8)}

    assert len(answers) > 1


async def test_only_the_rest_is_said_after_a_part_of_the_answer(table: Table) -> None:
    whole = (await table.say("rules")).text

    rest = await Table().play(
        [
            {"role": "user", "content": "rules"},
            {"role": "assistant", "content": whole[:100]},
        ]
    )
    asked_to_continue = await Table().play(
        [
            {"role": "user", "content": "rules"},
            {"role": "assistant", "content": whole[:100] + INTERRUPTED_MARK},
            {"role": "user", "content": RECOVERY_PROMPT},
        ]
    )

    assert rest.text == asked_to_continue.text == whole[100:]
    assert rest.thoughts == ""


async def test_a_run_without_streaming_gets_the_same_answers(table: Table) -> None:
    streamed = await Table().say("roll a d20")

    whole = await Runner.run(table.agent, "roll a d20", run_config=NO_TRACING)

    assert streamed.text.endswith(whole.final_output)
    (first, second) = (response.usage for response in whole.raw_responses)
    assert [first.output_tokens, second.output_tokens] == [
        usage.output_tokens for usage in streamed.usages if usage
    ]
    assert (first.requests, first.total_tokens) == (1, first.input_tokens + first.output_tokens)


@pytest.mark.parametrize(
    ("name", "kind"), [("rate limit", openai.RateLimitError), ("filter", ModelBehaviorError)]
)
async def test_a_run_without_streaming_fails_with_the_same_errors(
    table: Table, name: str, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        await Runner.run(table.agent, f"fault {name}", run_config=NO_TRACING)


def test_scripted_agents_carry_a_scripted_model_and_real_ones_none() -> None:
    scripted, real = build(scripted=True), build(scripted=False)

    assert isinstance(scripted.model, ScriptedModel)
    assert scripted.model.scripted is True
    assert real.model is None
    assert [tool.name for tool in real.tools] == ["roll_dice", "flip_coin", "magic_answer"]
    assert len(str(real.instructions)) > 400
