"""Outputs of tools as they are shown."""

import pytest
from agents.tool import ToolOutputImage, ToolOutputText

from tui.worker.tools.output_text import shown_output


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        ("plain", "plain"),
        (None, "None"),
        (True, "True"),
        (ToolOutputText(text="6"), "6"),
        ({"type": "text", "text": "6"}, "6"),
        ([{"type": "text", "text": "a"}, ToolOutputText(text="b")], "a\nb"),
        ([], "[]"),
        ({"type": "text", "text": 6}, '{"type":"text","text":6}'),
        ({"type": "memo", "text": "6"}, '{"type":"memo","text":"6"}'),
        ([ToolOutputText(text="a"), 6], '[{"type":"text","text":"a"},6]'),
    ],
)
def test_text_parts_are_shown_as_their_text(output: object, shown: str) -> None:
    assert shown_output(output) == shown


def test_another_part_beside_a_text_is_shown_too() -> None:
    shown = shown_output([ToolOutputText(text="a map"), ToolOutputImage(file_id="f1")])
    assert shown.startswith("a map\n")
    assert "f1" in shown
