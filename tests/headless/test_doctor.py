"""``streamtui doctor`` as a program: what it asks, prints and ends with."""

import json
import os
import subprocess
import sys

from tests.cli.doctor.odd_server import KEY, MODELS, OddServer
from tests.headless.conftest import Ended, Launcher, WriteFile


def doctor(launcher: Launcher, *arguments: str) -> Ended:
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(launcher.folder),
        "OPENAI_API_KEY": "sk-test-0123456789abcdef",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tui", "doctor", *arguments],
        cwd=launcher.folder, env=environment, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return Ended(done.returncode, done.stdout, done.stderr)


def test_it_checks_a_profile_and_calls_only_with_yes(launcher: Launcher, write: WriteFile) -> None:
    with OddServer() as server:
        write(
            "mine.toml",
            f'[profiles.work]\nbase_url = "{server.base_url}"\nmodel = "big-1"\n'
            'api = "chat"\nkey_env = "WORK_KEY"\n',
        )
        write(".env", f"WORK_KEY={KEY}\n")
        named = ("--profile", "work", "--config", "mine.toml", "--env-file", ".env")
        done = doctor(launcher, *named)
        assert done.code == 0, done.out + done.err
        assert "- call: no call was made" in done.out
        assert server.calls == []
        done = doctor(launcher, *named, "--yes", "--json", "--only", "endpoint")
        assert done.code == 0
        report = done.json
        assert (report["schema"], report["ok"]) == ("streamtui.doctor/1", True)
        assert {one["area"] for one in report["findings"]} == {"endpoint"}
        (ttft,) = [one["values"]["ttft"] for one in report["findings"] if one["check"] == "TTFT"]
        assert ttft >= 0
        assert len(server.calls) == 1
        assert KEY not in done.out + done.err


def test_what_has_failed_is_in_the_exit_code_and_a_missing_key_is_a_finding(
    launcher: Launcher, write: WriteFile
) -> None:
    with OddServer(models=MODELS) as server:
        write(
            "mine.toml",
            f'[profiles.work]\nbase_url = "{server.base_url}"\nkey_env = "WORK_KEY"\n',
        )
        done = doctor(launcher, "--profile", "work", "--config", "mine.toml", "--yes")
    assert done.code == 1
    assert "✗ key: WORK_KEY is not set" in done.out
    assert "→ export WORK_KEY=" in done.out


def test_the_agent_is_loaded_and_its_model_is_looked_for(
    launcher: Launcher, write: WriteFile
) -> None:
    write("mine.py", "from agents import Agent\nagent = Agent(name='Ann', model='small-1')\n")
    with OddServer() as server:
        done = doctor(launcher, "mine.py", "--base-url", server.base_url, "--api", "chat", "--json")
    assert done.code == 0, done.out + done.err
    texts = [f"{one['check']}: {one['text']}" for one in json.loads(done.out)["findings"]]
    assert "model: small-1 is there, one of 2" in texts
    assert any(text.startswith("loads: Ann, model small-1") for text in texts)
