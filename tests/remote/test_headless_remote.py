"""``streamtui run`` with an agent on a server."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from ag_ui.core import Interrupt

from tests.remote.agui_server import AguiServer, Refusal
from tests.remote.scripts import answer, call, finished, interrupted, result, started, text


def run(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tui", "run", *arguments],
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "STREAMTUI_RETRIES_BASE": "0.01"},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize(("policy", "words"), [("all", "It is sent."), ("none", "Not sent.")])
def test_a_prompt_with_an_approval(tmp_path: Path, policy: str, words: str) -> None:
    question = Interrupt(id="i1", reason="tool_call", tool_call_id="t1")
    with AguiServer(
        [started, *call("t1", "send"), interrupted(question)],
        [started, result("t1", "ok"), *text("m1", words), finished],
    ) as server:
        done = run(tmp_path, server.url, "Send it", "--approve", policy, "--token", "sesame-12345")
        assert server.bodies[1]["resume"][0]["payload"]["approved"] is (policy == "all")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{words}\n"
    assert "sesame-12345" not in done.stdout + done.stderr


def test_a_batch_is_summed_up_and_each_prompt_has_its_thread(tmp_path: Path) -> None:
    with AguiServer(answer("Hello."), path="/x/agui") as server:
        done = run(tmp_path, server.url, "Hi", "--repeat", "4", "--concurrency", "2",
                   "--output", "json", "--no-journal")  # fmt: skip
        assert len({asked.thread_id for asked in server.inputs}) == 4
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["runs"]["ok"] == 4
    assert summary["metrics"]["ttft"]["n"] == 4
    assert "input" not in summary["metrics"] or summary["metrics"]["input"]["n"] == 0


def test_a_failure_has_its_words_and_exit_code(tmp_path: Path) -> None:
    with AguiServer(Refusal(401)) as server:
        done = run(tmp_path, server.url, "Hi", "--no-journal")
    assert done.returncode == 1
    assert "wants a token" in done.stderr
    assert "STREAMTUI_TOKEN" in done.stderr


def test_what_a_server_cannot_be_told_is_refused(tmp_path: Path) -> None:
    done = run(tmp_path, "http://host/agui", "Hi", "--no-stream")
    assert done.returncode == 2
    assert "--no-stream cannot be given" in done.stderr
