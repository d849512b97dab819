"""The help screen's text."""

import io

from rich.console import Console
from textual.binding import Binding

from tui.core.metrics.figure import UNAVAILABLE, Figure, measured
from tui.dashboard.command_table import PROMPT_KEYS, key_name
from tui.dashboard.screens.help_text import help_body
from tui.dashboard.transcript import Transcript


def text_of(estimate_error: Figure) -> str:
    console = Console(file=io.StringIO(), width=100)
    with console.capture() as captured:
        console.print(help_body(estimate_error))
    return " ".join(captured.get().split())


def test_the_help_says_by_how_much_live_estimates_were_off() -> None:
    said = "The live estimate was off by 3.0 % on average in this session."
    assert said in text_of(measured(0.03))
    assert "live estimate was off" not in text_of(UNAVAILABLE)


def test_the_help_names_every_key_of_the_chat() -> None:
    said = " ".join(keys for keys, _ in PROMPT_KEYS).split()
    keys = {key for binding in Transcript.BINDINGS for key in Binding.make_bindings([binding])}
    assert {key_name(one.key) for one in keys} <= {*said, "Enter", "Space"}
