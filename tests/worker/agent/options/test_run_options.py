"""What an agent brings along for its runs, and what is reported when it does not fit."""

from pathlib import Path

import pytest

from tests.support.provider import Answer, ToolCall
from tests.worker.conftest import StartProvider
from tests.worker.driver import WorkerProcess
from tui.protocol.events import AgentLoadFailed, ModelCallStarted
from tui.protocol.worker_settings import RunData

HEAD = """
from agents import *
@function_tool
def add(a: int, b: int) -> int:
    return a + b
agent = Agent(name='Mine', tools=[add])
other = Agent(name='Other')
"""
ADD = Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 1})])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("streamtui = 3", "mine.py: streamtui is a int, not a dict"),
        ("streamtui = {'hook': 1}", "mine.py: streamtui has an unknown key 'hook'"),
        ("streamtui = {'starting_agent': other}", "Did you mean 'agent'?"),
        ("streamtui = {'input': 'hi'}", "The input is what you type"),
        ("streamtui = {'hooks': 3}", "mine.py: streamtui['hooks'] is 3"),
        ("streamtui = {'hooks': AgentHooks()}", "AgentHooks belong to an agent"),
        ("streamtui = {'max_turns': 0}", "streamtui['max_turns'] is 0"),
        ("streamtui = {'max_turns': True}", "a whole number at least 1, or None for no limit"),
        ("streamtui = {'session': 'chat'}", "get_items, add_items, pop_item, clear_session"),
        ("streamtui = {'error_handlers': {'max_turn': print}}", "'max_turn' does not fit"),
        ("streamtui = {'error_handlers': {'max_turns': 'stop'}}", "a dict of functions"),
        ("streamtui = {'conversation_id': ''}", "streamtui['conversation_id'] is ''"),
        ("streamtui = {'auto_previous_response_id': 1}", "True or False"),
        ("streamtui = {'agent': lambda: 3}", "streamtui['agent'] is 3"),
        ("streamtui = {'run_config': 3}", "streamtui['run_config'] is a int, not a RunConfig"),
        ("streamtui = {'run_config': {'modell': 'm'}}", "has an unknown key 'modell'"),
        ("streamtui = {'run_config': {'tool_name_collision_policy': 1}}", "not a valid RunConfig"),
        (
            "streamtui = {'session': SQLiteSession('s'), 'conversation_id': 'c'}",
            "streamtui['session'] and mine.py: streamtui['conversation_id'] cannot both be given",
        ),
        (
            "streamtui = {'previous_response_id': 'r', 'conversation_id': 'c'}",
            "cannot both be given",
        ),
        ("streamtui = {'context': lambda user: user}", "streamtui['context'] needs user, which"),
        ("def boom(): return open('/nowhere/x')\nstreamtui = {'context': boom}", "No such file"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(source: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(HEAD + source)
    with WorkerProcess(agent="mine.py", cwd=tmp_path) as worker:
        problem = worker.until(AgentLoadFailed, timeout=20).problem
    assert words in f"{problem.message} {problem.advice}"


def test_the_agent_is_the_one_that_the_dict_names_unless_one_is_named(tmp_path: Path) -> None:
    source = "async def make():\n    return other\nstreamtui = {'agent': make}"
    (tmp_path / "mine.py").write_text(HEAD + source)
    with WorkerProcess(agent="mine.py", cwd=tmp_path) as worker:
        assert worker.loaded().agent == "Other"
    with WorkerProcess(agent="mine.py:agent", cwd=tmp_path) as worker:
        assert worker.loaded().agent == "Mine"


@pytest.mark.parametrize(
    ("module", "named", "flags", "settings", "expected"),
    [
        ("", None, None, None, "at most 10"),
        ("", None, None, 3, "at most 3"),
        ("{'max_turns': 4}", None, None, 3, "at most 4"),
        ("{'max_turns': None}", None, None, 3, "no limit"),
        ("{'max_turns': 4}", "{'max_turns': 5}", None, 3, "at most 5"),
        ("{'max_turns': 4}", "{'max_turns': 5}", 6, 3, "at most 6"),
        ("{'max_turns': 4}", None, "none", None, "no limit"),
    ],
)
def test_options_come_before_run_which_comes_before_the_module_and_the_settings(  # noqa: PLR0917
    module: str, named: str | None, flags: object, settings: object, expected: str, tmp_path: Path
) -> None:
    lines = [f"streamtui = {module}" if module else "", f"def mine(): return {named}"]
    (tmp_path / "mine.py").write_text(HEAD + "\n".join(lines))
    with WorkerProcess(
        agent="mine.py:agent",
        cwd=tmp_path,
        run=RunData(max_turns=flags),  # type: ignore[arg-type]
        run_defaults=RunData(max_turns=settings),  # type: ignore[arg-type]
        run_options="mine.py:mine" if named else None,
    ) as worker:
        brought = dict(worker.loaded().brought)
    assert brought.get("model calls per message", "at most 10") == expected


def test_no_limit_means_none_as_in_the_sdk(provide: StartProvider, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(HEAD + "streamtui = {'max_turns': None}")
    provider = provide(*[ADD] * 12, Answer("done"))
    with _worker(tmp_path, provider.base_url) as worker:
        assert worker.say("add").output == "done"
        assert len(worker.all(ModelCallStarted)) == 13


def test_an_answer_of_an_error_handler_is_shown_as_its_and_kept(
    provide: StartProvider, tmp_path: Path
) -> None:
    source = (
        "def stop(given):\n    return f'stopped after {len(given.run_data.raw_responses)}'\n"
        "streamtui = {'max_turns': 1, 'error_handlers': {'max_turns': stop}}"
    )
    (tmp_path / "mine.py").write_text(HEAD + source)
    provider = provide(ADD, Answer("again"))
    with _worker(tmp_path, provider.base_url) as worker:
        finished = worker.say("add")
        assert (finished.outcome, finished.output) == ("ok", "stopped after 1")
        assert (finished.spoken, finished.made_by) == (False, "the agent's max_turns handler")
        assert worker.history()[-1]["role"] == "assistant"
        assert worker.say("and now?").output == "again"
    assert provider.problems == []


def test_a_handler_that_answers_nothing_leaves_the_failure(
    provide: StartProvider, tmp_path: Path
) -> None:
    source = "streamtui = {'max_turns': 1, 'error_handlers': {'max_turns': lambda given: None}}"
    (tmp_path / "mine.py").write_text(HEAD + source)
    with _worker(tmp_path, provide(ADD).base_url) as worker:
        finished = worker.say("add")
    assert finished.problem is not None
    assert finished.problem.kind == "max_turns"
    assert finished.made_by == ""


def _worker(folder: Path, base_url: str) -> WorkerProcess:
    return WorkerProcess(agent="mine.py:agent", cwd=folder, base_url=base_url, model="test-model")
