"""Saving what tools returned, and overwriting nothing."""

from pathlib import Path

import pytest

from tui.dashboard.pictures.saved_files import save
from tui.protocol.events import Attachment

PICTURE = Attachment(media_type="image/png", data=b"picture")


def test_a_folder_gets_a_file_with_a_name_of_its_own(tmp_path: Path) -> None:
    assert save(PICTURE, "paint", 1, tmp_path) == tmp_path / "paint-1.png"
    assert (tmp_path / "paint-1.png").read_bytes() == b"picture"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "map.png").write_bytes(b"mine")
    (tmp_path / "map-2.png").symlink_to(tmp_path / "gone")
    assert save(PICTURE, "paint", 1, tmp_path / "map.png") == tmp_path / "map-3.png"
    assert (tmp_path / "map.png").read_bytes() == b"mine"
    assert not (tmp_path / "gone").exists()


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        save(PICTURE, "paint", 1, tmp_path / "nowhere" / "map.png")


def test_the_home_of_a_user_that_is_not_there_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError):
        save(PICTURE, "paint", 1, Path("~nobody-of-this-name/map.png"))
