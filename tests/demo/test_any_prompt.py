from hypothesis import given, settings
from hypothesis import strategies as st

from tests.demo.table import Table, orphans
from tui.demo.intents import intent_of
from tui.demo.model_input import read
from tui.demo.response_events import tokens

SPICE = st.sampled_from([
    "roll", "0d0", "999d6", "d20", "d1", "2 dice", "flip", "coin", "will it", "tell me a story",
    "rules", "stats", "code", "remember", "what did I roll", "my name is", "xúc xắc", "đồng xu",
    "kể chuyện", "lúc nãy", "leo tường", "骰子", "tôi tên là", "{", "}", "{name}", "|", "\n",
    "hello", "thanks", "who are you", "faults", "²d²", "٣d٦", "\x1b[31m", "\ud83d",
])  # fmt: skip
PROMPT = st.one_of(st.text(max_size=60), st.lists(SPICE, max_size=6).map(" ".join))


@given(prompts=st.lists(PROMPT, min_size=1, max_size=4), seed=st.integers(0, 3))
@settings(max_examples=60)
async def test_any_prompts_give_valid_streams_and_a_valid_history(
    prompts: list[str], seed: int
) -> None:
    table = Table(seed)
    for number, prompt in enumerate(prompts, start=1):
        turn = await table.say(prompt)
        assert turn.error is None
        assert turn.kinds[0] == "response.created"
        assert turn.kinds[-1] == "response.completed"
        assert turn.text.encode()
        numbers = [getattr(event, "sequence_number", -1) for event in turn.events]
        starts = [i for i, kind in enumerate(turn.kinds) if kind == "response.created"]
        for start, end in zip(starts, [*starts[1:], len(numbers)], strict=True):
            assert numbers[start:end] == list(range(end - start))
        assert orphans(table.items) == []
        assert len(read(table.items).prompts) == number


@given(st.text())
def test_tokens_are_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text


@given(PROMPT)
def test_no_prompt_leads_to_more_than_eight_calls(prompt: str) -> None:
    assert len(intent_of(prompt).calls) <= 8


@given(st.lists(st.dictionaries(st.sampled_from(["role", "type", "content", "call_id", "output"]),
                                st.one_of(st.text(), st.none(), st.lists(st.text())))))  # fmt: skip
def test_any_items_can_be_read(items: list[dict[str, object]]) -> None:
    assert read(items).characters >= 0
