from rich.segment import Segment
from rich.style import Style

from tui.dashboard.transcript.drawn_line import Line, line_text
from tui.dashboard.transcript.margins import Margins

PLAIN, BAR = Style.null(), Style(bold=True)
BULLET, SPACE, QUOTE = Segment("• ", BAR), Segment("  ", PLAIN), Segment("▌ ", BAR)


def text(word: str) -> Line:
    return [Segment(word, PLAIN)]


def test_a_head_is_on_the_first_line_alone_at_any_depth() -> None:
    margins = Margins()
    margins.open(BULLET, SPACE)
    margins.open(QUOTE, QUOTE)
    margins.put([text("one"), text("two")])
    margins.close()
    margins.put([text("three")])
    margins.close()
    margins.put([text("four")])
    shown = [line_text(line) for line in margins.lines]
    assert shown == ["• ▌ one", "  ▌ two", "  three", "four"]


def test_a_head_waits_for_the_first_line_if_inner_containers_are_empty() -> None:
    margins = Margins()
    margins.open(BULLET, SPACE)
    margins.open(QUOTE, QUOTE)
    margins.put([])
    margins.close()
    margins.put([text("one"), []])
    assert [line_text(line) for line in margins.lines] == ["• one", "  "]


def test_marks_of_one_style_are_one_segment_at_any_depth() -> None:
    margins = Margins()
    for _ in range(30):
        margins.open(BULLET, SPACE)
    margins.put([text("one"), [Segment("two", BAR)]])
    assert [len(line) for line in margins.lines] == [2, 2]
    assert line_text(margins.lines[1]) == "  " * 30 + "two"
