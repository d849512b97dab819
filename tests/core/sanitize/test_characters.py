import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from tui.core.sanitize.characters import LINE_TABLE, TEXT_TABLE, clean, clean_event, clean_line
from tui.protocol.events import (
    AgentLoaded,
    AttemptFailed,
    HistoryChanged,
    Problem,
    RunFinished,
    TextDelta,
    ToolCalled,
    ToolInfo,
)

forbidden = st.sampled_from([chr(code) for code in LINE_TABLE])
any_text = st.lists(
    forbidden
    | st.characters(exclude_categories=())
    | st.sampled_from(["\r\n", "\r", "\n", "👩‍💻", "می‌خواهم"]),
    max_size=30,
).map("".join)


def test_no_forbidden_character_is_printable() -> None:
    assert not [code for code in LINE_TABLE if chr(code).isprintable()]


@pytest.mark.parametrize(
    ("dirty", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x9b2J", "\ufffd2J"),
        ("a\x7fb\x00", "a␡b␀"),
        ("user\u202egnp.exe", "user\ufffdgnp.exe"),
        ("x\u2066y\u2069", "x\ufffdy\ufffd"),
        ("\U000e0041\U000e007f", "\ufffd\ufffd"),
        ("\ud800", "\ufffd"),
        ("\ufeffstart", "\ufffdstart"),
        ("pay\u200bpal", "pay pal"),
        ("soft\u00adhyphen", "soft-hyphen"),
        ("a\u2028b\u2029c", "a\nb\nc"),
        ("one\r\ntwo\r\n", "one\ntwo\n"),
        ("10 %\r20 %", "10 %␍20 %"),
        ("cut in the middle of a line end\r", "cut in the middle of a line end"),
    ],
)
def test_each_forbidden_character_becomes_a_visible_one(dirty: str, shown: str) -> None:
    assert clean(dirty) == shown


def test_one_line_stays_one_line_and_has_no_tabs() -> None:
    assert clean_line("a\nb\r\nc\td\u2028e") == "a␊b␊c d␊e"


@pytest.mark.parametrize(
    "text",
    [
        "Tiếng Việt, composed",
        "Tie\u0302\u0301ng Vie\u0323\u0302t, decomposed",
        "中文 日本語 한국어",
        "ไทย हिन्दी العربية",
        "می‌خواهم",
        "👩‍💻 🏳️‍🌈 ❤️ 👍🏽",
        "tabs\tand\nlines\n",
        "",
    ],
)
def test_text_of_any_language_is_unchanged(text: str) -> None:
    assert clean(text) is text


@given(any_text)
def test_no_forbidden_character_ever_remains(text: str) -> None:
    assert not set(map(ord, clean(text))) & TEXT_TABLE.keys()
    assert not set(map(ord, clean_line(text))) & LINE_TABLE.keys()


@given(any_text)
def test_clean_text_stays_the_same_object(text: str) -> None:
    once, line = clean(text), clean_line(text)
    assert clean(once) is once
    assert clean_line(line) is line


@given(any_text)
def test_all_other_characters_are_kept_in_order(text: str) -> None:
    kept = [c for c in text if ord(c) not in TEXT_TABLE]
    substitutes = set(TEXT_TABLE.values())
    assert [c for c in clean(text) if c not in substitutes] == [
        c for c in kept if c not in substitutes
    ]


@given(any_text, st.integers(min_value=0, max_value=40))
def test_cleaning_two_pieces_equals_cleaning_the_whole(text: str, cut: int) -> None:
    before, after = text[:cut], text[cut:]
    if before.endswith("\r") and after and not after.startswith("\n"):
        # The only difference: a lone CR at the end of a piece may be half of a CR LF.
        text = before.removesuffix("\r") + after
    assert clean(before) + clean(after) == clean(text)


@given(any_text)
def test_cleaned_text_can_be_encoded(text: str) -> None:
    assert clean(text).encode().decode() == clean(text)


def test_a_clean_event_stays_the_same_object() -> None:
    event = TextDelta(at=1, call="c", text="Let me roll for it.\n")
    assert clean_event(event) is event


def test_every_shown_string_of_an_event_is_cleaned_nested_ones_too() -> None:
    loaded = AgentLoaded(
        at=1,
        agent="Game\nMaster",
        model="m\x07",
        tools=(ToolInfo(name="roll\x1b", description="rolls\ndice\x1b"),),
        agents=("ok", "two\nlines"),
    )
    assert clean_event(loaded) == AgentLoaded(
        at=1,
        agent="Game␊Master",
        model="m␇",
        tools=(ToolInfo(name="roll␛", description="rolls\ndice␛"),),
        agents=("ok", "two␊lines"),
    )
    problem = Problem(kind="server", message="bad\x1b[2J\nreally", request_id="r\x1b")
    failed = clean_event(AttemptFailed(at=1, call="c", problem=problem))
    assert failed.problem.message == "bad␛[2J\nreally"
    assert failed.problem.request_id == "r␛"
    finished = clean_event(RunFinished(at=1, outcome="failed", problem=problem, output="\x9b"))
    assert finished.problem == failed.problem
    assert finished.output == "\ufffd"


def test_ids_and_the_history_are_unchanged() -> None:
    called = ToolCalled(at=1, run="r\x1b", tool_call="id\x1b", name="f\x1b", arguments="{}")
    assert clean_event(called) == ToolCalled(
        at=1, run="r\x1b", tool_call="id\x1b", name="f␛", arguments="{}"
    )
    history = HistoryChanged(at=1, keep=0, items=(Raw(b'{"content":"\\u001b"}'),), agent="a")
    assert clean_event(history) is history


def test_only_forbidden_code_points_are_replaced() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    assert sum(a != b for a, b in zip(everything, clean(everything), strict=True)) == len(
        TEXT_TABLE
    )
