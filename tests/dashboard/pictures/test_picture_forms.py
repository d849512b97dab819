"""What is known of a terminal from its environment."""

import os
from pathlib import Path

import pytest

from tui.dashboard.pictures.picture_forms import USUAL_CELL, Form, cell_pixels, form_for


@pytest.mark.parametrize(
    ("environment", "form"),
    [
        ({}, "blocks"),
        ({"TERM": "xterm-256color"}, "blocks"),
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-ghostty"}, "kitty"),
        ({"TERM": "foot"}, "sixel"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "sixel"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "230804"}, "sixel"),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/tmux", "KITTY_WINDOW_ID": "1"}, "blocks"),
        ({"TERM": "screen", "STY": "1.pts", "TERM_PROGRAM": "WezTerm"}, "blocks"),
    ],
)
def test_a_form_is_chosen_only_where_it_is_certain(environment: dict[str, str], form: Form) -> None:
    assert form_for(environment) == form


def test_without_a_terminal_a_cell_has_its_usual_size() -> None:
    with Path(os.devnull).open() as nothing:
        assert cell_pixels(nothing) == USUAL_CELL
    assert cell_pixels(None) == USUAL_CELL
