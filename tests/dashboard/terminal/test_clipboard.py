"""Copies are kept in a file that only its owner can read."""

from pathlib import Path

from tui.dashboard.terminal.clipboard import keep_copy


def test_the_newest_copy_is_kept_in_a_file_that_only_its_owner_can_read(tmp_path: Path) -> None:
    keep_copy("a longer text than the next", tmp_path / "new")
    path = keep_copy("xin chào\n你好", tmp_path / "new")
    assert path.read_text(encoding="utf-8") == "xin chào\n你好"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
