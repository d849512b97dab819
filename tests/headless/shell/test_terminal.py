"""`streamtui run` on a terminal: the progress bar, Ctrl+C once and twice, closing the window."""

import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.patience import wait_until
from tests.support.provider import Answer, Gate, Provide, RequestRecord, Step
from tests.support.terminal import Terminal, children_of, is_running, wait_gone


def in_terminal(
    folder: Path, environment: dict[str, str], *arguments: str, cols: int = 80
) -> Terminal:
    argv = [sys.executable, "-P", "-m", "tui", "run", "agent.py", *arguments]
    return Terminal(argv, rows=24, cols=cols, env=environment, cwd=folder)


def test_ctrl_c_ends_the_answer_and_its_line(folder: Path, environment: dict[str, str]) -> None:
    with in_terminal(folder, environment, "slow") as terminal:
        terminal.wait_for("Once")
        terminal.press("ctrl+c")
        assert terminal.exit_code() == 130
        lines = [line for line in terminal.screen if line]
    assert lines[0] in ("Once", "Once^C")
    assert "cancelled" in lines
    assert "Traceback" not in terminal.text


def test_ctrl_c_twice_ends_it_at_once(folder: Path, environment: dict[str, str]) -> None:
    with in_terminal(folder, environment, "call nap") as terminal:
        napping = folder / "napping"
        wait_until(lambda: napping.exists() and napping.read_text() != "", "the tool runs")
        worker = int(napping.read_text())
        with suppress(TimeoutError):  # that the program has ended is what is waited for
            terminal.press_until("ctrl+c", lambda _: not is_running(terminal.pid))
        assert terminal.exit_code() == 130
        wait_gone(worker)
        assert "Traceback" not in terminal.text


def test_closing_the_window_ends_it(folder: Path, environment: dict[str, str]) -> None:
    with in_terminal(folder, environment, "slow", "--out", "summary.json") as terminal:
        terminal.wait_for("Once")
        workers = children_of(terminal.pid)
        terminal.hang_up()
        assert terminal.exit_code() in (129, -signal.SIGHUP)
        for worker in workers:
            wait_gone(worker)
    assert '"cancelled": 1' in (folder / "summary.json").read_text()


@pytest.mark.parametrize("cols", [80, 36])
def test_the_bar_of_a_batch_is_gone_after_ctrl_c(
    folder: Path, environment: dict[str, str], provide: Provide, cols: int
) -> None:
    def route(request: RequestRecord) -> Step:
        number = int(request.last_user_text)
        gates = {1: Gate()} if number > 3 else {}
        return Answer(deltas=["Xin chào ", f"số {number} 👋"], gates=gates)

    provider = provide(route=route)
    (folder / "prompts.txt").write_text("".join(f"{number}\n" for number in range(1, 11)))
    environment["OPENAI_BASE_URL"] = provider.base_url
    command = f"exec {sys.executable} -P -m tui run agent.py --prompts prompts.txt > answers.txt"
    with Terminal(
        ["sh", "-c", command], rows=24, cols=cols, env=environment, cwd=folder
    ) as terminal:
        terminal.wait_for("3/10")
        answers = folder / "answers.txt"
        wait_until(lambda: answers.read_text().endswith("chào "), "the fourth answer begins")
        assert len([line for line in terminal.screen if line]) == 1
        terminal.press("ctrl+c")
        assert terminal.exit_code() == 130
        lines = [line for line in terminal.screen if line]
        assert terminal.raw.count(b"\x1b[?25h") == 1
    assert lines[0].startswith("[#")
    assert "4/10" in lines[0]
    assert lines[1] == "interrupted: 3 of 10 runs ended"
    assert "Traceback" not in "".join(lines)
    whole = "".join(f"Xin chào số {number} 👋\n" for number in (1, 2, 3))
    assert answers.read_text() == whole + "Xin chào \n"
