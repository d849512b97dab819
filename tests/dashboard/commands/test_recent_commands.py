"""The commands that were chosen last."""

from pathlib import Path

import pytest

from tui.dashboard.commands.recent_commands import MOST_KEPT, RecentCommands


def test_they_are_kept_between_starts_the_newest_first_and_each_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "recent.json"
    first = RecentCommands(path)
    for name in ("a", "b", "a"):
        first.add(name)
    assert RecentCommands(path).ids == ["a", "b"]


def test_only_a_few_are_kept(tmp_path: Path) -> None:
    recent = RecentCommands(tmp_path / "recent.json")
    for number in range(20):
        recent.add(str(number))
    assert RecentCommands(tmp_path / "recent.json").ids == ["19", "18", "17", "16", "15"]
    assert len(recent.ids) == MOST_KEPT


@pytest.mark.parametrize("text", ["", "{}", "[1]", "not json", "\xff"])
def test_another_file_has_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "recent.json"
    path.write_text(text, encoding="latin-1")
    assert RecentCommands(path).ids == []


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    recent = RecentCommands(tmp_path / "file" / "recent.json")
    recent.add("a")
    assert recent.ids == ["a"]
