"""The recipes for CI in docs/headless.md, run as a machine without key and network does."""

import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.headless.conftest import Ended, Launcher, WriteFile
from tests.support.patience import PATIENCE
from tests.support.provider import Answer, Provide, RequestRecord, Step, ToolCall

DOCS = Path(__file__).parents[2] / "docs" / "headless.md"
AGENT = """
from agents import Agent, function_tool

@function_tool
def add(a: int, b: int) -> int:
    return a + b

agent = Agent(name="Adder", instructions="Add.", model="gpt-5-mini", tools=[add])
"""
BEYOND_THE_LIMIT = """\
    import time
    began = time.monotonic()
    while time.monotonic() < began + 1:
        time.sleep(0.01)
"""
PROMPTS = ({"id": "greeting", "prompt": "Hello!"}, {"id": "sum", "prompt": "2 + 2?"})

Shell = Callable[..., Ended]


def fenced(language: str) -> str:
    """The only block of this language in the document."""
    blocks = re.compile(rf"^```{language}\n(.*?)^```$", re.DOTALL | re.MULTILINE)
    (block,) = blocks.findall(DOCS.read_text())
    return str(block)


def steps_that_run() -> list[str]:
    """The scripts of the workflow's steps, without that which installs."""
    lines = fenced("yaml").splitlines()
    scripts = []
    for number, line in enumerate(lines):
        indent, one = len(line) - len(line.lstrip()), line.strip().removeprefix("- ")
        if one == "run: |":
            inner = []
            for further in lines[number + 1 :]:
                if further.strip() and len(further) - len(further.lstrip()) <= indent:
                    break
                inner.append(further)
            scripts.append(textwrap.dedent("\n".join(inner)))
        elif one.startswith("run: "):
            scripts.append(one.removeprefix("run: "))
    return [script for script in scripts if not script.startswith("pip install")]


def answering(request: RequestRecord) -> Step:
    if "2 + 2" not in request.last_user_text:
        return Answer("Hello to you.")
    if request.tool_outputs:
        return Answer(f"It is {next(iter(request.tool_outputs.values()))}.")
    return Answer(tool_calls=[ToolCall("add", {"a": 2, "b": 2})])


@pytest.fixture
def shell(launcher: Launcher) -> Shell:
    """Runs a command in the folder of the agent; the environment has no key unless it is given."""
    environment = {
        name: value
        for name, value in launcher.environment.items()
        if not name.startswith("OPENAI_")
    }
    environment["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))

    def ran(*command: str, **more: str) -> Ended:
        done = subprocess.run(
            command,
            cwd=launcher.folder,
            env={**environment, **more},
            capture_output=True,
            text=True,
            timeout=PATIENCE * 3,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return ran


@pytest.fixture
def project(launcher: Launcher, provide: Provide, write: WriteFile, shell: Shell) -> Path:
    """A project with the recipes, whose recording was made with ``make record``."""
    folder = launcher.folder
    (folder / "tests").mkdir()
    write("agent.py", AGENT)
    write("Makefile", fenced("make"))
    write("tests/prompts.jsonl", "".join(json.dumps(one) + "\n" for one in PROMPTS))
    provider = provide(route=answering)
    key = "sk-test-0123456789abcdef"
    made = shell("make", "record", OPENAI_BASE_URL=provider.base_url, OPENAI_API_KEY=key)
    assert made.code == 0, made.err
    assert len(provider.requests) == 3
    return folder


def reports(folder: Path) -> tuple[dict[str, str], dict[str, bool]]:
    """The failures of the JUnit report by test case ("" for none), and the gates of the summary."""
    cases = ET.parse(folder / "report.xml").getroot().iter("testcase")
    failures = {}
    for case in cases:
        failed = case.find("failure")
        failures[case.get("name", "")] = "" if failed is None else failed.get("message", "")
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["scripted"]
    return failures, {gate["gate"]: gate["kept"] for gate in summary["gates"]}


@pytest.mark.parametrize("how", ["make", "workflow"])
def test_a_recipe_passes_and_says_what_no_longer_holds(
    project: Path, shell: Shell, write: WriteFile, how: str
) -> None:
    def checked() -> int:
        if how == "make":
            return shell("make", "agent").code
        (script,) = steps_that_run()
        # As a runner of GitHub Actions calls it.
        return shell("bash", "-e", "-c", script).code

    gates = {"attempts max < 4": True, "tool:add p95 < 1s": True}
    assert checked() == 0
    assert reports(project) == (dict.fromkeys(("greeting", "sum", *gates), ""), gates)

    write("agent.py", AGENT.replace("return a + b", "return a - b"))
    # make has one code for whatever a recipe ended with.
    assert checked() == (2 if how == "make" else 1)
    failures, _ = reports(project)
    assert failures["greeting"] == ""
    assert "message 3 differs, the result of add: recorded '4', now '0'" in failures["sum"]

    write("agent.py", AGENT.replace("    return a", f"{BEYOND_THE_LIMIT}    return a"))
    assert checked() == (2 if how == "make" else 3)
    failures, kept = reports(project)
    assert (failures["sum"], kept["tool:add p95 < 1s"]) == ("", False)
    measured = re.search(r"measured: ([\d.]+) s", failures["tool:add p95 < 1s"])
    assert measured is not None
    assert float(measured[1]) >= 1


def test_a_recording_is_reviewed_with_diff(project: Path, shell: Shell) -> None:
    again = shell("streamtui", "diff", "tests/recording.jsonl", "tests/recording.jsonl")
    assert again.code == 0, again.err
