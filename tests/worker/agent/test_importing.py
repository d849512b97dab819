"""How the user's file is imported: as a script, in its package, or not at all."""

from pathlib import Path

import pytest

from tests.worker.agent.test_agents_as_written import problem_of, write
from tests.worker.driver import WorkerProcess
from tui.protocol.events import CodeChanged

AGENT = "agent = Agent(name='Mine')\n"
MAIN = "async def main():\n    print('RAN')\n    await Runner.run(agent, 'hi')\n"
UNGUARDED = {
    "asyncio.run(main())": (MAIN + "asyncio.run(main())", "asyncio.run(main())"),
    "in a try": (
        MAIN + "try:\n    asyncio.run(main())\nexcept KeyboardInterrupt:\n    pass",
        "asyncio.run(main())",
    ),
    "its own loop": (
        MAIN + "asyncio.new_event_loop().run_until_complete(main())",
        "asyncio.new_event_loop().run_until_complete(main())",
    ),
    "run_sync": ("result = Runner.run_sync(agent, 'hi')", "result = Runner.run_sync(agent, 'hi')"),
    "input": ("while True:\n    line = input('> ')", "line = input('> ')"),
    "a function": ("def chat():\n    input('RAN')\nchat()", "chat()"),
    "an imported main": (
        "from builtins import print as main\nmain('RAN')",
        "main('RAN')",
    ),
    "two steps": ("def go(): chat()\ndef chat():\n    input('RAN')\ngo()", "go()"),
}


@pytest.mark.parametrize(("source", "statement"), UNGUARDED.values(), ids=UNGUARDED)
def test_a_file_that_runs_its_program_when_imported_is_not_imported(
    source: str, statement: str, tmp_path: Path
) -> None:
    write(tmp_path, "print('RAN')\n" + AGENT + source)
    for name in ("mine.py:agent", "mine:agent"):
        problem = problem_of(tmp_path, name)
        assert f"would run its program when it is imported: {statement} on line" in problem.message
        assert f'    if __name__ == "__main__":\n        {statement}' in problem.advice
        assert problem.code == "runs_on_import"


def test_a_file_that_awaits_as_a_notebook_does_says_so(tmp_path: Path) -> None:
    write(tmp_path, AGENT + "result = await Runner.run(agent, 'hi')")
    problem = problem_of(tmp_path, "mine.py")
    assert "awaits outside a function, as a notebook does" in problem.message
    assert "async def main():" in problem.advice


GUARDED = {
    "a guard": MAIN + "if __name__ == '__main__':\n    asyncio.run(main())",
    "a set-up": "async def prepare(): pass\nasyncio.run(prepare())",
    "a build": "async def build(): return 1\nvalue = asyncio.run(build())",
    "a plain call": "def configure(): pass\nconfigure()",
    "a function that is not called": "def chat():\n    input('RAN')",
}


@pytest.mark.parametrize("source", GUARDED.values(), ids=GUARDED)
def test_a_file_that_only_prepares_is_imported(source: str, tmp_path: Path) -> None:
    write(tmp_path, AGENT + source)
    with WorkerProcess(agent="mine.py", cwd=tmp_path) as worker:
        assert worker.loaded().agent == "Mine"
        assert b"RAN" not in worker.printed


@pytest.mark.parametrize(
    ("path", "source", "inits"),
    [
        ("pkg/mine.py", "from .names import NAME", ["pkg"]),
        ("pkg/mine.py", "from .names import NAME", []),
        ("agents/mine.py", "from .names import NAME", ["agents"]),
        ("agents/mine.py", "from .names import NAME", []),
        ("pkg/deep/mine.py", "from ..names import NAME", ["pkg", "pkg/deep"]),
        ("pkg/deep/mine.py", "from ..names import NAME", []),
        ("my-app/mine.py", "from .names import NAME", ["my-app"]),
        ("pkg/__init__.py", "from .names import NAME", []),
    ],
)
def test_relative_imports_work_as_in_the_package(
    path: str, source: str, inits: list[str], tmp_path: Path
) -> None:
    for folder in inits:
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "__init__.py").write_text("")
    top = tmp_path / Path(path).parts[0]
    top.mkdir(exist_ok=True)
    (top / "names.py").write_text("NAME = 'Packed'")
    write(tmp_path, f"{source}\nagent = Agent(name=NAME)", path)
    with WorkerProcess(agent=f"{path}:agent", cwd=tmp_path) as worker:
        assert worker.loaded().agent == "Packed"


def test_a_file_beside_a_package_of_its_name_can_import_that(tmp_path: Path) -> None:
    write(tmp_path, "NAME = 'Beside'", "mine/names.py")
    write(tmp_path, "", "mine/__init__.py")
    write(tmp_path, "from mine.names import NAME\nagent = Agent(name=NAME)")
    with WorkerProcess(agent="mine.py", cwd=tmp_path) as worker:
        assert worker.loaded().agent == "Beside"


@pytest.mark.parametrize("path", ["with space/my agent.py", "a:b/mine.py", "a:b/my-agent.py"])
def test_odd_paths_load_and_are_quoted_where_they_are_shown(path: str, tmp_path: Path) -> None:
    write(tmp_path, AGENT, path)
    with WorkerProcess(agent=f"{path}:agent", cwd=tmp_path) as worker:
        assert worker.loaded().agent == "Mine"
    shown = f"'{path}:agent'" if " " in path else f"{path}:agent"
    assert f"    streamtui {shown}" in problem_of(tmp_path, f"{path}:agnt").advice


CRASHES = {
    "a missing package": ("import no_such_package", "-m pip install no_such_package"),
    "an extra of the SDK": ("import litellm_gone", "pip install litellm_gone"),
    "a key": (
        "from openai import AsyncOpenAI\nAsyncOpenAI()",
        "Set OPENAI_API_KEY before you start streamtui",
    ),
    "a variable": ("import os\nos.environ['WEATHER_KEY']", "environment variable WEATHER_KEY"),
    "a plain KeyError": ("{}['WEATHER_KEY']", "Fix it and reload."),
    "the command line": (
        "import argparse\nargparse.ArgumentParser().parse_args(['--what'])",
        'under  if __name__ == "__main__":',
    ),
    "a bug": ("1 / 0", "Fix it and reload."),
    "a syntax error": ("def broken(:", "Fix it and reload."),
    "a module of the SDK": ("import agents.helpers", "The module agents is another one, not yours"),
}


@pytest.mark.parametrize(("source", "advice"), CRASHES.values(), ids=CRASHES)
def test_an_import_that_fails_says_what_to_do(source: str, advice: str, tmp_path: Path) -> None:
    write(tmp_path, source)
    with WorkerProcess(agent="mine.py", cwd=tmp_path, env={"OPENAI_API_KEY": ""}) as worker:
        problem = worker.load_failed().problem
    assert problem.message.startswith("mine.py could not be imported: ")
    assert advice in problem.advice
    assert "mine.py" in problem.detail


def test_a_module_in_a_folder_above_says_where_to_start(tmp_path: Path) -> None:
    (tmp_path / "common.py").write_text("")
    write(tmp_path, "import common\n" + AGENT, "sub/mine.py")
    problem = problem_of(tmp_path / "sub", "mine.py")
    assert f"common is in {tmp_path}: start streamtui there, with sub/mine.py" in problem.advice
    with WorkerProcess(agent="sub/mine.py", cwd=tmp_path) as worker:
        assert worker.loaded().agent == "Mine"


def test_a_module_with_a_similar_name_that_is_missing_is_not_taken_for_the_file(
    tmp_path: Path,
) -> None:
    write(tmp_path, "import mi", "mine.py")
    assert "No module named 'mi'" in problem_of(tmp_path, "mine:agent").message


def test_a_factory_that_starts_a_loop_says_why_it_cannot(tmp_path: Path) -> None:
    write(
        tmp_path,
        "async def it(): return Agent(name='A')\n"
        "def build() -> Agent:\n    return asyncio.run(it())",
    )
    problem = problem_of(tmp_path, "mine.py:build")
    assert "make it an async function" in problem.advice


def test_a_file_is_loaded_when_its_program_is_guarded(tmp_path: Path) -> None:
    write(tmp_path, AGENT + "Runner.run_sync(agent, 'hi')")
    with WorkerProcess(agent="mine.py", cwd=tmp_path) as worker:
        assert worker.load_failed().problem.code == "runs_on_import"
        write(tmp_path, AGENT + "if __name__ == '__main__':\n    Runner.run_sync(agent, 'hi')")
        assert worker.until(CodeChanged).files == ("mine.py",)
