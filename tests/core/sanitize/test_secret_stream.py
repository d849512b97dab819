"""A key in pieces is never shown, wherever it is cut; ordinary text is shown at once."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.core.sanitize.secret_stream import MAX_WAITING, StreamMasker, TextMasker
from tui.core.sanitize.secrets import MASK, Masker
from tui.protocol import events

VALUE = "not-of-any-known-shape"
KEYS = {
    VALUE: "",
    "sk-proj-Abc123Abc123Abc123": "sk-",
    "ghp_abcdefghijklmnopqrst0123": "ghp_",
    "xoxb-1234567890-abcdef": "xoxb-",
    "AIzaSyA1234567890abcdefghijklmnopqrstuv": "AIza",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln": "eyJ",
    "Bearer abcdef.123456-xyz": "Bearer ",
    "api_key: 0123456789abcdef": "api_key: ",
    "postgresql://app:hunter22@": "postgresql://app:",
}
"""Key → the prefix that stays readable."""

words = st.text(alphabet="aes kn-_o:\n", max_size=30)
cuts = st.lists(st.integers(0, 200), max_size=60)


def pieces(text: str, at: list[int]) -> list[str]:
    places = [0, *sorted({place for place in at if place < len(text)}), len(text)]
    return [text[a:b] for a, b in pairwise(places)]


def seen_step_by_step(text: str, at: list[int]) -> list[str]:
    masker = TextMasker(Masker([VALUE]))
    seen = [""]
    for piece in pieces(text, at):
        shown = piece if masker.pass_through(piece) else masker.feed(piece)
        seen.append(seen[-1] + shown)
    return [*seen, seen[-1] + masker.end()]


@pytest.mark.parametrize("key", KEYS)
@given(before=words, after=words, at=cuts)
@example(before="the key is ", after=" and more", at=list(range(200)))
def test_a_key_is_masked_wherever_the_text_is_cut(
    key: str, before: str, after: str, at: list[int]
) -> None:
    before, after = f"{before} ", f" {after}"
    readable, masked = KEYS[key], Masker([VALUE]).mask(f"{key}{after}")
    assert masked.startswith(readable + MASK)
    steps = seen_step_by_step(f"{before}{key}{after}", at)
    assert steps[-1] == Masker([VALUE]).mask(f"{before}{key}{after}")
    for seen in steps:
        rest = seen.removeprefix(before)
        # In place of the key: its prefix, its mask, or nothing yet.
        assert rest == seen or masked.startswith(rest) or readable.startswith(rest)


@given(text=words, at=cuts)
def test_text_without_a_key_is_unchanged(text: str, at: list[int]) -> None:
    assert seen_step_by_step(text, at)[-1] == text


@given(at=cuts)
def test_a_value_inside_a_word_shows_at_most_two_characters(at: list[int]) -> None:
    for seen in seen_step_by_step(f"word{VALUE}word", at):
        assert VALUE[:3] not in seen


@pytest.mark.parametrize(
    "text",
    [
        "The basic functionality of a bearer authentication scheme.",
        "see https://example.org:8080/a b",
    ],
)
def test_words_that_look_like_the_start_of_a_key_are_shown_in_the_end(text: str) -> None:
    assert seen_step_by_step(text, list(range(100)))[-1] == text
    masker = Masker([VALUE])
    assert masker.mask(text) is text


def test_a_very_long_key_is_masked_before_its_end() -> None:
    steps = seen_step_by_step("key sk-" + "a1" * MAX_WAITING + " end", list(range(0, 9_000, 100)))
    assert steps[-1] == f"key sk-{MASK} end"
    assert f"key sk-{MASK}" in steps


def delta(text: str, at: int = 1, call: str = "c1", part: int = 0) -> events.TextDelta:
    return events.TextDelta(at=at, run="r1", call=call, text=text, part=part)


def text_of(event: events.Event) -> str:
    return event.text if isinstance(event, events.TextDelta) else ""


def test_ordinary_deltas_stay_the_same_objects() -> None:
    batch: list[events.Event] = [
        delta("An ordinary "),
        delta("sentence."),
        events.ToolStarted(at=2, tool_call="t"),
    ]
    counted, shown = StreamMasker(Masker([VALUE])).mask(batch)
    assert all(a is b is c for a, b, c in zip(batch, counted, shown, strict=True))


def test_waiting_text_is_counted_at_once_and_shown_before_the_event_that_ends_it() -> None:
    masker = StreamMasker(Masker([VALUE]))
    end = events.AttemptFinished(at=3, run="r1", call="c1")
    counted, shown = masker.mask([delta("it is not-of", at=1), delta("-any", at=2)])
    assert [text_of(event) for event in counted] == ["it is not-of", "-any"]
    assert "".join(map(text_of, shown)) == "it is "
    counted, shown = masker.mask([end])
    assert counted == [end]
    assert shown == [delta("not-of-any", at=2), end]


def test_waiting_text_is_shown_before_another_part_of_the_answer() -> None:
    masker = StreamMasker(Masker([VALUE]))
    _, shown = masker.mask([delta("so not"), delta("next", part=1)])
    assert list(map(text_of, shown)) == ["so ", "not", "next"]


def test_parallel_answers_do_not_end_each_others_texts() -> None:
    masker = StreamMasker(Masker([VALUE]))
    shown = [
        event
        for batch in (
            [delta("a not-of-any", call="a"), delta("b not-", call="b")],
            [events.ToolFinished(at=2, tool_call="t", outcome="ok")],
            [delta("-known-shape", call="a"), delta("so-fast", call="b")],
            [events.RunFinished(at=9, run="r1", outcome="ok")],
        )
        for event in masker.mask(batch)[1]
    ]
    texts = {
        call: "".join(e.text for e in shown if isinstance(e, events.TextDelta) and e.call == call)
        for call in ("a", "b")
    }
    assert texts == {"a": f"a {MASK}", "b": "b not-so-fast"}
    assert isinstance(shown[-1], events.RunFinished)


def test_learned_values_are_not_passed_on_and_are_masked_from_the_next_event_on() -> None:
    masker = StreamMasker(Masker())
    printed = events.OutputPrinted(at=2, text=f"found {VALUE}")
    counted, shown = masker.mask([events.SecretsLearned(at=1, values=(VALUE,)), printed])
    assert counted == shown == [events.OutputPrinted(at=2, text=f"found {MASK}")]


def test_a_key_around_a_citation_is_masked() -> None:
    first, last = VALUE[:9], VALUE[9:]
    source = events.Source(kind="url", url=f"https://a.b/?key={VALUE}")
    _, shown = StreamMasker(Masker([VALUE])).mask(
        [
            events.TextDelta(at=1, call="c", text=f"it is {first}"),
            events.SourcesCited(at=2, call="c", sources=(source,)),
            events.TextDelta(at=3, call="c", text=last),
            events.AttemptFinished(at=4, call="c"),
        ]
    )
    texts = "".join(one.text for one in shown if isinstance(one, events.TextDelta))
    assert texts == f"it is {MASK}"
    assert VALUE not in repr(shown)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("inside", [1, 4, 9, 14])
def test_a_key_between_two_pieces_of_a_long_result_is_masked(key: str, inside: int) -> None:
    text = f"before {key} after {key} end"
    first, second = text.index(key) + inside, text.rindex(key) + inside
    batch: list[events.Event] = [
        events.ToolFinished(at=1, tool_call="t", outcome="ok", output=text[:first], more=1),
        events.ToolOutputContinued(at=2, tool_call="t", text=text[first:second]),
        events.ToolOutputContinued(at=3, tool_call="t", text=text[second:], last=True),
    ]
    masker = StreamMasker(Masker([VALUE]))
    shown = [event for one in batch for event in masker.mask([one])[1]]
    assert len(shown) == 3
    said = "".join(
        event.output if isinstance(event, events.ToolFinished) else event.text
        for event in shown
        if isinstance(event, events.ToolFinished | events.ToolOutputContinued)
    )
    begin, _, rest = said.partition(" after ")
    assert rest.replace("@", "") == f"{KEYS[key]}{MASK} end"
    # What was shown before the cut is all that is seen of the first one.
    assert key not in begin
