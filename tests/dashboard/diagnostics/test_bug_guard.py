"""Reports of bugs, and the words of the panel."""

from pathlib import Path

import pytest

from tui.core.formatting import duration
from tui.dashboard.diagnostics.crash import Bug, BugReports, place_of
from tui.dashboard.screens.bug_panel import bug_text


def _caught(text: str) -> Exception:
    try:
        duration(text)  # type: ignore[arg-type]
    except TypeError as error:
        return error
    raise AssertionError


def test_the_place_of_a_bug_is_the_innermost_line_of_streamtui() -> None:
    assert place_of(_caught("x")).startswith("core/formatting.py:")
    assert place_of(ValueError("never raised")) == "an unknown place"


def test_a_bug_is_written_to_the_file_once(tmp_path: Path) -> None:
    reports = BugReports(lambda text: text.replace("hunter22", "•••"), tmp_path)
    first = reports.met(_caught("hunter22"))
    assert reports.met(_caught("hunter22")) == first
    assert first.report is not None
    report = first.report.read_text()
    assert report.count("Traceback") == 1
    assert "hunter22" not in report


def test_the_panel_says_if_no_report_could_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    bug = BugReports(str, tmp_path / "file").met(_caught("x"))
    assert bug.report is None
    assert "No report could be written" in bug_text(bug).plain


@pytest.mark.parametrize("report", [None, Path("/somewhere/crash.log")])
def test_the_panel_says_what_happened_and_what_can_be_done(report: Path | None) -> None:
    words = bug_text(Bug("KeyError", "chat.py:1", report)).plain
    assert "streamtui has a bug: KeyError in chat.py:1." in words
    assert "Enter continue" in words
    assert report is None or str(report) in words
