"""A folder with an agent, a provider and `streamtui` on the path, for scripts of bash."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.provider import (
    Answer,
    Gate,
    Provide,
    RequestRecord,
    Step,
    ToolCall,
    invalid_key,
)
from tests.support.warm import WarmWorkers

CODE = """
import os, time
from pathlib import Path
from agents import Agent, function_tool

@function_tool
def nap() -> str:
    Path("napping").write_text(str(os.getpid()))
    time.sleep(600)
    return "awake"

@function_tool
def leave() -> str:
    os._exit(3)

@function_tool
def chatter() -> str:
    print("from Python")
    os.write(1, b"from C\\n")
    return "done"

agent = Agent(name="Tester", tools=[nap, leave, chatter])
"""


def answers(request: RequestRecord) -> Step:
    """What the provider answers: see the prompts of `rows.py`."""
    text = request.last_user_text
    if request.tool_outputs:
        return Answer(f"It gave: {next(iter(request.tool_outputs.values()))}")
    if text.startswith("call "):
        return Answer(tool_calls=[ToolCall(text.removeprefix("call "), json.dumps({}))])
    match text:
        case "fail":
            return invalid_key()
        case "slow":
            return Answer(deltas=["Once", " upon"], gates={1: Gate()})
        case "long":
            return Answer(deltas=[f"line {number}\n" for number in range(40)], pace=0.05)
    return Answer(deltas=["You said ", f"{text}."])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the scripts run."""
    (tmp_path / "agent.py").write_text(CODE)
    program = tmp_path / "bin" / "streamtui"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable} -P\nfrom tui.cli.command_line import main\nmain()\n")
    program.chmod(0o755)
    return tmp_path


@pytest.fixture
def environment(folder: Path, provide: Provide, warm_workers: WarmWorkers) -> dict[str, str]:
    """Of the scripts: the provider is the SDK's server, the journal is in the folder."""
    provider = provide(route=answers)
    return {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "data"),
        "OPENAI_API_KEY": "sk-test-0123456789abcdef",
        "OPENAI_BASE_URL": provider.base_url,
        "SSL_CERT_DIR": "/nowhere",
        "LANG": "C.UTF-8",
        **warm_workers.environment,
    }


@pytest.fixture(autouse=True)
def _tools() -> None:
    """Everything that the scripts use is there."""
    missing = [name for name in ("bash", "make", "timeout", "xargs") if not shutil.which(name)]
    assert not missing, missing
