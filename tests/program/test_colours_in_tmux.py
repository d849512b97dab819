"""The question for the background in tmux, which may know the answer or not."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.patience import wait_until

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


@pytest.mark.parametrize("background", ["#ffffff", ""])
def test_an_answer_chooses_the_theme_and_none_changes_nothing(
    tmp_path: Path, background: str
) -> None:
    settings = tmp_path / "tmux.conf"
    settings.write_text(f"set -g window-style bg={background}\n" if background else "")
    environment = {k: v for k, v in os.environ.items() if k not in {"TMUX", "COLORFGBG"}}
    environment |= {"LANG": "C.UTF-8", "HOME": str(tmp_path)}
    environment |= {"XDG_DATA_HOME": str(tmp_path / "data"), "TMUX_TMPDIR": str(tmp_path)}

    def tmux(*arguments: str) -> str:
        command = ("tmux", "-S", str(tmp_path / "s"), "-f", str(settings), *arguments)
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.stdout

    def screen() -> str:
        return tmux("capture-pane", "-p")

    tmux("new", "-d", "-x", "140", "-y", "40", sys.executable, "-m", "tui")
    try:
        wait_until(lambda: "DEMO" in screen(), "the dashboard")
        memory = tmp_path / "data" / "streamtui" / "screen.json"
        if background:
            wait_until(memory.exists, "what tmux answered")
            assert json.loads(memory.read_text()) == {"dark": False}
        tmux("send-keys", "typed")
        wait_until(lambda: "│ typed " in screen(), "the keys")
        assert memory.exists() == bool(background)
        assert "rgb" not in screen()
    finally:
        tmux("kill-server")
