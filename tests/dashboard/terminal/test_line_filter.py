from rich.segment import ControlType, Segment
from rich.style import Style
from textual.color import Color

from tui.dashboard.terminal.line_filter import SanitizeFilter

BLACK = Color(0, 0, 0)


def painted(*segments: Segment) -> list[Segment]:
    return SanitizeFilter().apply(list(segments), BLACK)


def test_an_escape_in_a_widget_is_painted_as_a_visible_character() -> None:
    bold = Style(bold=True)
    assert painted(Segment("a\x1b[2Jb", bold)) == [Segment("a␛[2Jb", bold)]


def test_a_control_segment_of_textual_is_kept() -> None:
    control = Segment("\x1b[?25l", None, [(ControlType.HIDE_CURSOR,)])
    assert painted(control, Segment("\x1b")) == [control, Segment("␛")]


def test_a_clean_line_is_the_same_list() -> None:
    line = [Segment("plain"), Segment(" text", Style(italic=True))]
    assert SanitizeFilter().apply(line, BLACK) is line


def test_the_marks_on_one_letter_are_limited() -> None:
    assert painted(Segment("z" + "\u0301" * 500)) == [Segment("z" + "\u0301" * 8)]


def test_vietnamese_and_emoji_keep_their_marks() -> None:
    line = [Segment("Vie\u0323\u0302t 👩‍💻 ❤️")]
    assert painted(*line) == line
