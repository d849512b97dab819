"""The manual is made from the commands, and stays as they are."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tui.cli.known_commands import COMMANDS
from tui.cli.man_page import man_page

PAGE = Path(__file__).parents[2] / "docs" / "man" / "streamtui.1"


def test_it_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == man_page(), "run: make man"


def test_it_has_every_command_and_the_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    page = man_page()
    for name in COMMANDS:
        assert f".SS streamtui {name}\n" in page
    for text in (
        "\\-\\-profile NAME",
        ".SS streamtui config show",
        "streamtui doctor \\-\\-profile",
    ):
        assert text in page
    # The width of a terminal changes nothing.
    assert PAGE.read_text(encoding="utf-8") == page


def test_a_line_is_no_request_by_accident() -> None:
    requests = (".TH", ".SH", ".SS", ".B", ".br", ".PP", ".TP", ".nf", ".fi", '.\\"')
    for line in man_page().splitlines():
        assert not line.startswith("'")
        assert not line.startswith(".") or line.startswith(requests), line


def test_man_can_read_it() -> None:
    groff = shutil.which("groff") or shutil.which("mandoc")
    if groff is None:
        pytest.skip("there is no groff")
    shown = subprocess.run(
        [groff, "-man", "-Tutf8", "-ww", str(PAGE)] if "groff" in groff else [groff, str(PAGE)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "streamtui" in shown.stdout
