"""Writes a report."""

from collections.abc import Sequence
from pathlib import Path

from tui.comparison.comparison_report import Report, json_report, markdown_report
from tui.comparison.rounds import Round


def write_report(
    path: Path, report: Report, rounds: Sequence[Round], *, overwrite: bool = False
) -> None:
    """As JSON if the file's name ends with .json, else as Markdown.

    Raise OSError, which is `FileExistsError` if it is not to be overwritten.
    """
    as_json = path.suffix.lower() == ".json"
    text = json_report(report) if as_json else markdown_report(report, rounds)
    with path.open("w" if overwrite else "x", encoding="utf-8") as file:
        file.write(text)
