"""Pictures of a terminal hold what it shows, cell by cell."""

import xml.etree.ElementTree as ET

import pytest

from tests.support.terminal.emulator import Emulator
from tour.scenes import RECORDED, SCENES
from tour.terminal_picture import CELL_HEIGHT, CELL_WIDTH, Moment, picture, recording

SVG = "{http://www.w3.org/2000/svg}"


def screen(text: str, rows: int = 3, cols: int = 12) -> Emulator:
    emulator = Emulator(rows, cols)
    emulator.feed(text.encode())
    return emulator


def shown(svg: str) -> list[tuple[float, str]]:
    """The texts with their columns, in the order of the file."""
    return [
        (float(one.attrib["x"]) / CELL_WIDTH, one.text or "")
        for one in ET.fromstring(svg).iter(f"{SVG}text")
    ]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("one  two", [(0, "one  two")]),
        ("a \x1b[1mbold\x1b[0m c", [(0, "a"), (2, "bold"), (7, "c")]),
        ("中文 x", [(0, "中"), (2, "文"), (5, "x")]),
        ("<&>", [(0, "<&>")]),
        ("", []),
    ],
)
def test_every_text_stands_in_its_column(text: str, places: list[tuple[float, str]]) -> None:
    found = shown(picture(screen(text).cells, "words"))
    assert [(round(col), words) for col, words in found] == places


def test_colours_and_reverse_video_are_kept() -> None:
    svg = picture(screen("\x1b[38;2;1;2;3mred\x1b[0m\x1b[7mback\x1b[0m").cells, "colours")
    root = ET.fromstring(svg)
    first, second = root.iter(f"{SVG}text")
    assert first.attrib["style"] == "fill:#010203"
    assert second.attrib["style"] == "fill:#121212"
    grounds = [one for one in root.iter(f"{SVG}rect") if one.attrib["width"] != "100%"]
    assert [one.attrib["fill"] for one in grounds] == ["#e0e0e0"]


def test_a_recording_draws_each_row_once_and_shows_it_where_it_stands() -> None:
    moments = [
        Moment(0.0, screen("same\r\none").cells),
        Moment(1.0, screen("same\r\ntwo").cells),
        Moment(1.5, screen("two\r\nsame").cells),
    ]
    root = ET.fromstring(recording(moments, 3.0, "rows"))
    assert sorted(one.text or "" for one in root.iter(f"{SVG}text")) == ["one", "same", "two"]
    names = {one.attrib["id"]: one.find(f"{SVG}text") for one in root.iter() if "id" in one.attrib}
    frames = []
    for group in root.iter(f"{SVG}g"):
        if "f" in group.attrib.get("class", "").split():
            rows = {}
            for use in group:
                drawn = names[use.attrib["href"][1:]]
                assert drawn is not None
                rows[round(float(use.attrib["y"]) / CELL_HEIGHT)] = drawn.text
            frames.append(rows)
    assert frames == [{0: "same", 1: "one"}, {0: "same", 1: "two"}, {0: "two", 1: "same"}]
    style = next(root.iter(f"{SVG}style")).text or ""
    assert "@keyframes k1{33.333%,50.000%{visibility:visible}0%,50.001%" in style


def test_each_scene_has_a_name_of_its_own() -> None:
    names = [one.name for one in SCENES]
    assert len(set(names)) == len(names)
    assert set(names) >= RECORDED
