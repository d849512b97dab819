"""The search for planted secrets finds one wherever it can leak."""

import time
from pathlib import Path

import pytest

from tests.faults.dashboard import JOURNAL
from tests.faults.planted import KEY, SHAPED, TOKEN, VAULT, leaks
from tests.support.patience import PATIENCE
from tui.journal import Journal
from tui.protocol.events import RunStarted


@pytest.mark.parametrize("secret", [KEY, TOKEN, VAULT, SHAPED])
def test_a_secret_is_found_on_the_terminal_and_in_files(secret: str, tmp_path: Path) -> None:
    assert leaks(b"nothing", tmp_path) == []
    middle = len(secret) * 2 // 3
    whole, split = secret.encode(), f"{secret[:middle]}\x1b[31m{secret[middle:]}".encode()
    assert leaks(whole, tmp_path) == ["the bytes on the terminal", "the text on the terminal"]
    assert leaks(split, tmp_path) == ["the text on the terminal"]
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "log").write_text(secret[2:])
    assert leaks(b"nothing", tmp_path) == ["folder/log"]


def test_a_secret_in_the_journal_is_found_in_its_file(tmp_path: Path) -> None:
    path = tmp_path / JOURNAL
    journal = Journal.open(path)
    at = time.monotonic_ns()
    started = RunStarted(at=at, run="r1", prompt=TOKEN, entered_at=at, wall=time.time(), agent="A")
    journal.append("2026-a", [started])
    assert journal.close(PATIENCE)
    assert str(JOURNAL) in leaks(b"nothing", tmp_path)
