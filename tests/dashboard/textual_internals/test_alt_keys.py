"""Alt with a character is one key, whatever comes right after it."""

import pytest
from textual._xterm_parser import XTermParser
from textual.constants import ESCAPE_DELAY

from tui.dashboard.textual_internals import alt_keys
from tui.dashboard.textual_internals.alt_keys import AltParser


def keys(data: str) -> list[tuple[str, str | None]]:
    """Names and characters that are known before any time has passed."""
    return [(key.key, key.character) for key in AltParser().feed(data)]  # type: ignore[attr-defined]


def names(data: str) -> list[str]:
    return [name for name, _ in keys(data)]


def test_it_is_known_at_once_and_types_nothing() -> None:
    assert keys("\x1bq") == [("alt+q", None)]
    assert keys("\x1bQ") == [("alt+shift+q", None)]
    assert keys("\x1bé\x1b.\x1b\r") == [
        ("alt+é", None),
        ("alt+full_stop", None),
        ("alt+enter", None),
    ]


@pytest.mark.parametrize("after", ["x", "\x1bq", "\x1b[A", "\x1b"])
def test_what_follows_does_not_change_it(after: str) -> None:
    assert names(f"\x1bz{after}")[0] == "alt+z"
    assert "circumflex_accent" not in names(f"\x1bz{after}")


def test_it_is_known_wherever_the_input_is_cut() -> None:
    parser = AltParser()
    found = [key for data in "\x1bq\x1bd" for key in parser.feed(data)]
    assert [key.key for key in found] == ["alt+q", "alt+d"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "data",
    ["\x1b[1;3D", "\x1bb", "\x1bOP", "\x1b\x7f", "\x1b[Z", "a", "é", "\x1b[13;2u", "\x1b[<0;1;1M"],
)
def test_other_keys_are_read_as_before(data: str) -> None:
    ours = [str(event) for event in AltParser().feed(data)]
    assert ours == [str(event) for event in XTermParser().feed(data)]
    assert ours


def test_a_bracket_is_known_when_nothing_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("textual._parser.get_time", lambda: now)
    parser = AltParser()
    assert not list(parser.feed("\x1b["))
    now = 2 * ESCAPE_DELAY
    assert [key.key for key in parser.tick()] == ["alt+left_square_bracket"]  # type: ignore[attr-defined]


def test_what_is_not_supported_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from textual.drivers import linux_driver

    before = linux_driver.XTermParser  # type: ignore[attr-defined]
    monkeypatch.setattr(alt_keys, "MISSING", ["XTermParser.feed"])
    alt_keys.read_alt_keys()
    assert linux_driver.XTermParser is before  # type: ignore[attr-defined]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(alt_keys, "monotonic", lambda: now[0])
    return now


def test_escape_and_text_in_one_piece_after_a_pause_is_escape_and_that_text() -> None:
    assert names("\x1bhello") == ["escape", *"hello"]
    # Alt with these means something.
    assert names("\x1bbx") == [*names("\x1bb"), "x"]
    assert names("\x1bzx") == ["alt+z", "x"]


def test_an_alt_key_between_others_is_no_escape(clock: list[float]) -> None:
    parser = AltParser()
    found = []
    for data in ("\x1bb", "\x1bqx"):
        found += [key.key for key in parser.feed(data)]  # type: ignore[attr-defined]
        clock[0] += 0.01
    assert found[-2:] == ["alt+q", "x"]


@pytest.mark.parametrize(
    ("pause", "found"), [(0.001, ["alt+h", "i"]), (alt_keys.TOGETHER * 2, ["escape", "h", "i"])]
)
def test_a_letter_a_while_after_escape_is_a_letter(
    clock: list[float], pause: float, found: list[str]
) -> None:
    parser = AltParser()
    keys = [*parser.feed("\x1b")]
    clock[0] += pause
    keys += [*parser.feed("h"), *parser.feed("i")]
    assert [key.key for key in keys] == found  # type: ignore[attr-defined]


def test_a_letter_long_after_escape_is_that_letter(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("textual._parser.get_time", lambda: clock[0])
    parser = AltParser()
    assert not list(parser.feed("\x1b"))
    clock[0] += 2 * ESCAPE_DELAY
    found = [*parser.tick()]
    clock[0] += 2
    found += parser.feed("next")
    assert [key.key for key in found] == ["escape", *"next"]  # type: ignore[attr-defined]


def test_an_answer_of_the_terminal_is_nothing_that_was_typed(clock: list[float]) -> None:
    parser = AltParser()
    list(parser.feed("\x1b[4;1R"))
    clock[0] += 0.01
    assert [key.key for key in parser.feed("\x1bhi")] == ["escape", "h", "i"]  # type: ignore[attr-defined]


def test_a_control_key_right_after_escape_is_both_of_them() -> None:
    assert names("\x1b\x11") == ["escape", "ctrl+q"]
    assert names("\x1b\x0f\x11") == ["escape", "ctrl+o", "ctrl+q"]
    # Alt+Backspace, of either kind.
    assert names("\x1b\x08") == names("\x1b\x7f") == ["ctrl+w"]
