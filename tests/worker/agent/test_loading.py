"""What can be named on the command line, and what is reported when it cannot be loaded."""

from pathlib import Path

import pytest

from tests.support.provider import Answer
from tests.worker.conftest import StartProvider
from tests.worker.driver import WorkerProcess
from tui.protocol.commands import StartRun

HEAD = "from agents import Agent\n"


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("only.py", "mine = Agent(name='Only')", "Only"),
        ("several.py", "a = Agent(name='A')\nagent = Agent(name='Chosen')", "Chosen"),
        ("root.py", "a = Agent(name='A')\nroot_agent = Agent(name='Root')", "Root"),
        ("plain.py:make", "def make(): return Agent(name='Plain')", "Plain"),
        ("later.py:make", "async def make(): return Agent(name='Later')", "Later"),
        ("pkg.deep:it.agent", "class it: agent = Agent(name='Deep')", "Deep"),
        ("agents.py", "agent = Agent(name='Namesake')", "Namesake"),
        ("sub/file.py", "import beside\nagent = Agent(name=beside.NAME)", "Beside"),
    ],
)
def test_agents_are_found_by_each_form_of_name(
    name: str, source: str, expected: str, tmp_path: Path
) -> None:
    module = name.partition(":")[0]
    path = tmp_path / (module if module.endswith(".py") else module.replace(".", "/") + ".py")
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + source)
    (path.parent / "beside.py").write_text("NAME = 'Beside'")
    with WorkerProcess(agent=name, cwd=tmp_path) as worker:
        assert worker.loaded().agent == expected


@pytest.mark.parametrize(
    ("name", "source", "words"),
    [
        ("missing.py", None, "There is no file"),
        ("no.such.module", None, "There is no module"),
        ("some.py:nothing", "mine = Agent(name='Mine')", "has no 'nothing'"),
        ("some.py:number", "number = 42", "is an int, not an Agent"),
        ("some.py", "number = 42", "has no agent"),
        ("some.py", "a = Agent(name='A')\nb = Agent(name='B')", "has 2 agents: a, b"),
        ("some.py", "import not_installed", "No module named 'not_installed'"),
        ("some.py", "this is no Python", "SyntaxError"),
        ("some.py", "import sys; sys.exit('leaving')", "leaving"),
    ],
)
def test_a_load_failure_is_reported_and_the_worker_stays(
    name: str, source: str | None, words: str, tmp_path: Path
) -> None:
    if source is not None:
        (tmp_path / name.partition(":")[0]).write_text(HEAD + source)
    with WorkerProcess(agent=name, cwd=tmp_path) as worker:
        problem = worker.load_failed().problem
        assert words in problem.message
        assert problem.kind == "agent"
        worker.send(StartRun(run="r1", prompt="hi", entered_at=0))
        finished = worker.finished("r1")
        assert finished.problem == problem


def test_the_traceback_starts_in_the_users_file_and_shows_no_locals(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text(
        "def explode():\n    password = 'hidden' + '-value'\n    return 1 / 0\nexplode()\n"
    )
    with WorkerProcess(agent="broken.py", cwd=tmp_path) as worker:
        detail = worker.load_failed().problem.detail
    lines = detail.splitlines()
    assert lines[0].startswith("Traceback")
    assert "broken.py" in lines[1]
    assert "line 3, in explode" in detail
    assert detail.endswith("ZeroDivisionError: division by zero")
    assert "hidden-value" not in detail


def test_a_default_client_that_the_module_sets_is_used(
    provide: StartProvider, tmp_path: Path
) -> None:
    provider = provide(Answer("from the default client"))
    (tmp_path / "own.py").write_text(
        "from agents import Agent, set_default_openai_client, set_default_openai_api\n"
        "from openai import AsyncOpenAI\n"
        f"set_default_openai_client(AsyncOpenAI(base_url={provider.base_url!r}, api_key='own'))\n"
        "set_default_openai_api('chat_completions')\n"
        "agent = Agent(name='Own', model='some/model')\n"
    )
    with WorkerProcess(agent="own.py", cwd=tmp_path) as worker:
        assert worker.loaded().host == f"127.0.0.1:{provider.port}"
        assert worker.say("hi").output == "from the default client"
    (request,) = provider.requests
    assert (request.api, request.api_key, request.model) == ("chat", "own", "some/model")


def test_an_agent_with_its_own_model_object_is_tapped(
    provide: StartProvider, tmp_path: Path
) -> None:
    provider = provide(Answer("mine"))
    (tmp_path / "own.py").write_text(
        "from agents import Agent, OpenAIChatCompletionsModel\n"
        "from openai import AsyncOpenAI\n"
        f"client = AsyncOpenAI(base_url={provider.base_url!r}, api_key='own')\n"
        "model = OpenAIChatCompletionsModel('its-own', client)\n"
        "agent = Agent(name='Own', model=model)\n"
    )
    with WorkerProcess(agent="own.py", cwd=tmp_path) as worker:
        assert (worker.loaded().model, worker.loaded().api) == ("its-own", "chat")
        assert worker.say("hi").output == "mine"


def test_the_environment_is_used_and_an_env_file_is_not(
    provide: StartProvider, tmp_path: Path
) -> None:
    provider = provide(Answer("hi"))
    (tmp_path / "some.py").write_text(HEAD + "agent = Agent(name='Some')")
    environment = {
        "OPENAI_BASE_URL": provider.base_url,
        "OPENAI_DEFAULT_MODEL": "default-model",
    }
    (tmp_path / ".env").write_text("OPENAI_BASE_URL=http://127.0.0.1:1/v1\n")
    with WorkerProcess(agent="some.py", cwd=tmp_path, env=environment) as worker:
        assert worker.say("hi").output == "hi"
    (request,) = provider.requests
    assert (request.api_key, request.model) == ("sk-test", "default-model")


def test_a_users_folder_may_hold_a_package_called_tui(tmp_path: Path) -> None:
    (tmp_path / "tui").mkdir()
    (tmp_path / "tui" / "__init__.py").write_text("raise SystemExit('the wrong one')")
    (tmp_path / "some.py").write_text(HEAD + "agent = Agent(name='Some')")
    with WorkerProcess(agent="some.py", cwd=tmp_path, from_scratch=True) as worker:
        assert worker.loaded().agent == "Some"


def test_a_model_whose_package_is_not_installed_is_one_load_failure(tmp_path: Path) -> None:
    (tmp_path / "lite.py").write_text(HEAD + "agent = Agent(name='Lite', model='litellm/x/y')")
    with WorkerProcess(agent="lite.py", cwd=tmp_path) as worker:
        problem = worker.load_failed().problem
        assert "The model of Lite could not be made" in problem.message
        assert "pip install 'openai-agents[litellm]'" in problem.advice
        assert worker.say("hi").problem == problem


def test_what_fails_while_the_agent_is_described_is_a_load_failure(tmp_path: Path) -> None:
    source = """
class Odd(Agent):
    def __getattribute__(self, name):
        if name == "output_type" and "agent" in globals():
            raise ValueError("odd")
        return super().__getattribute__(name)
agent = Odd(name="Odd")
"""
    (tmp_path / "odd.py").write_text(HEAD + source)
    with WorkerProcess(agent="odd.py", cwd=tmp_path) as worker:
        problem = worker.load_failed().problem
        assert "could not be described: ValueError: odd" in problem.message
        assert worker.say("hi").problem == problem
