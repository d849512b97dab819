"""The terminal's answer about its background is read, and never taken for keys."""

import pytest

from tui.dashboard.textual_internals import background_query
from tui.dashboard.textual_internals.background_query import MOST_IDLE, AnswerParser, AnswerReader

ANSWER = "\x1b]11;rgb:ffff/8080/0000\x1b\\"

Colours = list[tuple[float, float, float]]


@pytest.fixture
def colours() -> Colours:
    return []


@pytest.fixture
def reader(colours: Colours) -> AnswerReader:
    return AnswerReader(colours.append)


@pytest.mark.parametrize("end", ["\x1b\\", "\x07"])
@pytest.mark.parametrize(
    "value", ["rgb:ffff/8080/0000", "rgb:ff/80/00", "rgba:ffff/8080/0000/ffff"]
)
def test_it_is_read_in_every_form(
    reader: AnswerReader, colours: Colours, value: str, end: str
) -> None:
    assert reader.keys(f"a\x1b]11;{value}{end}b") == "ab"
    assert colours == [pytest.approx((1.0, 0.502, 0.0), abs=0.001)]


@pytest.mark.parametrize("cut", range(1, len(ANSWER)))
def test_it_is_read_wherever_it_is_cut(reader: AnswerReader, colours: Colours, cut: int) -> None:
    keys = reader.keys(f"x{ANSWER[:cut]}") + reader.keys(f"{ANSWER[cut:]}y")
    assert keys == "xy"
    assert len(colours) == 1


def test_it_is_read_byte_by_byte(reader: AnswerReader, colours: Colours) -> None:
    assert "".join(map(reader.keys, f"{ANSWER}q")) == "q"
    assert len(colours) == 1


def test_one_that_makes_no_sense_is_dropped(reader: AnswerReader, colours: Colours) -> None:
    assert reader.keys("a\x1b]11;nonsense\x07b") == "ab"
    assert not colours


@pytest.mark.parametrize("keys", ["\x1b", "\x1b]", "\x1b[A", "\x1bOP", "\x1b]1", "]11;", "é"])
def test_keys_are_kept(reader: AnswerReader, keys: str) -> None:
    assert reader.keys(keys) + reader.rest() == keys


def test_escape_is_not_held_back_later(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(background_query, "monotonic", lambda: now)
    reader = AnswerReader(lambda _: None)
    now = 10.0
    assert reader.keys("\x1b") == "\x1b"


def test_the_parser_gives_keys_and_the_answer(
    colours: Colours, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AnswerParser, "answered", staticmethod(colours.append))
    parser = AnswerParser()
    typed = [str(key.key) for key in parser.feed(f"a{ANSWER}\x1b[A")]  # type: ignore[attr-defined]
    assert typed == ["a", "up"]
    assert len(colours) == 1


def test_a_lone_escape_is_a_key_when_nothing_follows() -> None:
    parser = AnswerParser()
    assert not list(parser.feed("\x1b"))
    for _ in range(MOST_IDLE + 1):
        found = list(parser.tick())
    found += parser.feed("")
    assert [key.key for key in found] == ["escape"]  # type: ignore[attr-defined]
