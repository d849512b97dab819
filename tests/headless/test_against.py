"""``streamtui run --against RECORDING``: the real program, with its provider and its workers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.headless.conftest import CODE, Ended, Launcher, WriteFile
from tests.support.provider import (
    Answer,
    Provide,
    RawItem,
    RequestRecord,
    ResetAfter,
    Step,
    ToolCall,
    Usage,
    invalid_key,
    server_error,
)

RECORDING = "recording.jsonl"

TEAM = """
from pydantic import BaseModel
from agents import Agent, function_tool

class Sum(BaseModel):
    value: int

@function_tool
def add(a: int, b: int) -> int:
    return a + b

helper = Agent(name="Helper", instructions="Help.", tools=[add])
closer = Agent(name="Closer", instructions="Close.", output_type=Sum)
agent = Agent(
    name="Boss", instructions="Lead.", handoffs=[closer],
    tools=[helper.as_tool("ask_helper", "Asks the helper.")],
)
"""


def adding(request: RequestRecord) -> Step:
    """Thinks, adds 2 and 2 and says the sum."""
    if request.tool_outputs:
        (sum_,) = request.tool_outputs.values()
        return Answer(f"**Sum**: {sum_} \u2014 d\xf9ng r\u1ed3i.", usage=Usage(input=40, output=9))
    return Answer(
        "I add.",
        reasoning=["Two ", "numbers."],
        tool_calls=[ToolCall("add", {"a": 2, "b": 2})],
        usage=Usage(input=20, output=12, cached=4, reasoning=5),
    )


def echo(request: RequestRecord) -> Step:
    return Answer(f"You said {request.last_user_text}.")


Record = Callable[..., Ended]


@pytest.fixture
def record(launcher: Launcher, provide: Provide, write: WriteFile) -> Record:
    """Run and keep the events in `RECORDING`; options are those of the provider."""

    def recorded(*arguments: str, steps: tuple[object, ...] = (), **options: object) -> Ended:
        provider = provide(*steps, **options)
        ended = launcher.run(*arguments, "--output", "jsonl", "--no-journal", provider=provider)
        write(RECORDING, ended.out)
        return ended

    return recorded


def again(launcher: Launcher, *arguments: str) -> Ended:
    return launcher.run(*arguments, "--against", RECORDING, "--no-journal")


def problem(ended: Ended) -> str:
    """What the only run failed with."""
    (result,) = ended.json["results"]
    return str(result["error"])


def changed_agent(launcher: Launcher, before: str, after: str) -> None:
    assert before in CODE
    (launcher.folder / "agent.py").write_text(CODE.replace(before, after))


@pytest.mark.parametrize("recorded_by", ["responses", "chat"])
def test_the_same_answer_calls_and_counts_by_either_api_and_in_either_way(
    launcher: Launcher, record: Record, recorded_by: str
) -> None:
    live = record("2 + 2?", "--api", recorded_by, route=adding)
    assert live.code == 0
    for api in ("responses", "chat"):
        for how in ((), ("--no-stream",)):
            ended = again(launcher, "2 + 2?", "--api", api, *how, "--output", "json")
            assert (ended.code, ended.err) == (0, "")
            summary = ended.json
            (result,) = summary["results"]
            assert result["answer"] == "**Sum**: 4 \u2014 d\xf9ng r\u1ed3i."
            assert [tool["output"] for tool in result["tools"]] == ["4"]
            assert [tool["arguments"] for tool in result["tools"]] == ['{"a": 2, "b": 2}']
            figures = summary["metrics"]
            counts = {name: figures[name]["max"] for name in ("input", "output", "cached")}
            assert counts == {"input": 40, "output": 12, "cached": 4}
            assert figures["reasoning"]["max"] == 5
            assert summary["scripted"], "recorded answers must not count as a model's"


def test_deltas_come_as_they_were_recorded(launcher: Launcher, record: Record) -> None:
    live = record("2 + 2?", route=adding)
    ended = again(launcher, "2 + 2?", "--output", "jsonl", "--pace", "recorded")
    kinds = ("TextDelta", "ReasoningDelta", "ToolArgumentsDelta")

    def deltas(lines: str) -> list[tuple[str, str]]:
        events = map(json.loads, lines.splitlines())
        return [(one["type"], one["text"]) for one in events if one["type"] in kinds]

    assert deltas(ended.out) == deltas(live.out)


def test_a_changed_result_of_a_tool_is_named_with_both_texts(
    launcher: Launcher, record: Record
) -> None:
    record("2 + 2?", route=adding)
    changed_agent(launcher, "return a + b", "return a + b + 1")
    said = "message 4 differs, the result of add: recorded '4', now '5'"
    ended = again(launcher, "2 + 2?", "--junit", "report.xml")
    assert ended.code == 1
    assert said in ended.err
    assert "no answer for this request" in (launcher.folder / "report.xml").read_text()
    as_json = again(launcher, "2 + 2?", "--output", "json")
    assert said in problem(as_json)
    assert as_json.json["attempts"]["failed"] == 1, "it must not be tried again"
    as_lines = again(launcher, "2 + 2?", "--output", "jsonl")
    failed = [line for line in as_lines.out.splitlines() if '"AttemptFailed"' in line]
    assert said in failed[0]
    near = again(launcher, "2 + 2?", "--on-miss", "nearest")
    assert near.code == 0
    assert f"answered like the nearest recorded request: {said}" in near.err


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('name="Tester"', 'name="Tester", instructions="Be brief."', "the instructions are new"),
        ("a: int, b: int", "a: int, b: int, c: int = 0", "the parameters of the tool add differ"),
        ("tools=[add, launch", "tools=[launch", "the tool add is missing"),
    ],
)
def test_a_changed_agent_is_told_what_differs(
    launcher: Launcher, record: Record, before: str, after: str, said: str
) -> None:
    record("hello", route=echo)
    changed_agent(launcher, before, after)
    assert said in problem(again(launcher, "hello", "--output", "json"))


def test_another_prompt_is_told_what_differs(launcher: Launcher, record: Record) -> None:
    record("hello", route=echo)
    ended = again(launcher, "goodbye", "--output", "json")
    said = "message 1 differs, the user message: recorded 'hello', now 'goodbye'"
    assert (ended.code, said in problem(ended)) == (1, True)


def test_each_answer_serves_any_number_of_runs_at_once(
    launcher: Launcher, record: Record, write: WriteFile
) -> None:
    prompts = write("prompts.txt", "\n".join(f"prompt {n}" for n in range(4)))
    record("--prompts", prompts, "--concurrency", "4", route=echo)
    ended = again(
        launcher, "--prompts", prompts, "--repeat", "6", "--concurrency", "8", "--output", "json"
    )
    assert ended.code == 0
    answers = {(one["prompt"], one["answer"]) for one in ended.json["results"]}
    assert answers == {(f"prompt {n}", f"You said prompt {n}.") for n in range(4)}
    assert ended.json["runs"]["ok"] == 24


def test_equal_requests_get_their_recorded_answers_in_turn(
    launcher: Launcher, record: Record
) -> None:
    steps = (Answer("heads"), Answer("tails"))
    record("flip", "--repeat", "2", steps=steps)
    ended = again(launcher, "flip", "--repeat", "4", "--output", "json")
    answers = [one["answer"] for one in ended.json["results"]]
    assert answers == ["heads", "tails", "heads", "tails"]


def test_nested_agents_handoffs_and_output_types(
    launcher: Launcher, record: Record, write: WriteFile
) -> None:
    def team(request: RequestRecord) -> Step:
        if request.instructions == "Help.":
            return adding(request)
        if request.instructions == "Close.":
            return Answer('{"value": 4}')
        if "ask_helper" in str(request.items):
            return Answer(tool_calls=[ToolCall("transfer_to_closer")])
        return Answer(tool_calls=[ToolCall("ask_helper", {"input": "2 + 2?"})])

    write("agent.py", TEAM)
    record("2 + 2?", route=team)
    for api in ("responses", "chat"):
        ended = again(launcher, "2 + 2?", "--api", api, "--output", "json")
        assert ended.code == 0, ended.out
        (result,) = ended.json["results"]
        assert json.loads(result["answer"]) == {"value": 4}
        names = [tool["name"] for tool in result["tools"]]
        assert sorted(names) == ["add", "ask_helper", "transfer_to_closer"]


def test_recorded_failures_are_played_only_if_asked_for(launcher: Launcher, record: Record) -> None:
    cut = Answer("You said hello.", deltas=["You ", "said ", "hello."], fault=ResetAfter(2))
    steps = (server_error(503), cut, Answer("hello again."))
    live = record("hello", steps=steps)
    assert live.code == 0
    plain = again(launcher, "hello", "--output", "json").json
    played = again(launcher, "hello", "--with-errors", "--output", "json").json
    assert (plain["attempts"]["n"], plain["attempts"]["failed"]) == (1, 0)
    assert (played["attempts"]["n"], played["attempts"]["failed"]) == (3, 2)
    assert played["errors"] == {"server": 1, "network": 1}
    assert played["results"][0]["answer"] == plain["results"][0]["answer"]


def test_a_call_that_failed_has_no_answer(launcher: Launcher, record: Record) -> None:
    assert record("hello", steps=(invalid_key(),)).code == 1
    said = problem(again(launcher, "hello", "--output", "json"))
    assert "it failed when it was recorded (The key was not accepted" in said
    played = again(launcher, "hello", "--with-errors", "--output", "json")
    assert "The key was not accepted" in problem(played)


def test_hosted_calls_come_along_where_the_api_has_them(launcher: Launcher, record: Record) -> None:
    search = {
        "type": "web_search_call", "id": "ws_1", "status": "completed",
        "action": {"type": "search", "query": "weather"},
    }  # fmt: skip
    record("weather?", steps=(Answer("Sunny.", items=[RawItem(search)]),))
    ended = again(launcher, "weather?", "--output", "json")
    assert [tool["name"] for tool in ended.json["results"][0]["tools"]] == ["web_search"]
    by_chat = again(launcher, "weather?", "--api", "chat")
    assert (by_chat.code, by_chat.out) == (0, "Sunny.\n")
    assert "left out of recorded answers: 1 web_search_call" in by_chat.err


def test_times_and_ids_may_differ(launcher: Launcher, record: Record, write: WriteFile) -> None:
    write(
        "agent.py",
        "import datetime, uuid\nfrom agents import Agent, function_tool\n"
        "def today(ctx, agent): return f'Today is {datetime.date.today():%A, %d %B %Y}.'\n"
        "@function_tool\ndef add(a: int, b: int) -> str:\n"
        "    return f'{a + b} at {datetime.datetime.now().isoformat()} for {uuid.uuid4()}'\n"
        "agent = Agent(name='T', instructions=today, tools=[add])\n",
    )
    record("2 + 2?", route=adding)
    ended = again(launcher, "2 + 2?")
    assert ended.code == 0, ended.err


def test_no_other_server_is_asked(
    launcher: Launcher, record: Record, write: WriteFile, provide: Provide
) -> None:
    one = record("hello", route=echo).out
    # With one model in the recording, that one stands for the agent's own; with two it cannot.
    two = record("hello", "--model", "n", route=echo).out
    write(RECORDING, one + two)
    elsewhere = provide(route=echo)
    write(
        "own.py",
        "from agents import Agent, OpenAIResponsesModel\nfrom openai import AsyncOpenAI\n"
        f"client = AsyncOpenAI(base_url={elsewhere.base_url!r}, api_key='x')\n"
        "agent = Agent(name='T', model=OpenAIResponsesModel('m', client))\n",
    )
    ended = launcher.ended(
        launcher.start("run", "own.py:agent", "hello", "--against", RECORDING, "--no-journal")
    )
    assert ended.code == 1
    assert "--against cannot answer for 127.0.0.1" in ended.err
    assert not elsewhere.requests


def test_clients_that_the_agents_code_makes_get_recorded_answers_too(
    launcher: Launcher, record: Record, write: WriteFile
) -> None:
    record("hello", route=echo)
    write(
        "own.py",
        "from agents import Agent, OpenAIChatCompletionsModel, function_tool\n"
        "from openai import AsyncOpenAI\n"
        + CODE.partition("agent = Agent")[0]
        + "agent = Agent(name='Tester', tools=[add, launch, die, nap],\n"
        "    model=OpenAIChatCompletionsModel('m', AsyncOpenAI()))\n",
    )
    ended = launcher.ended(
        launcher.start("run", "own.py:agent", "hello", "--against", RECORDING, "--no-journal")
    )
    assert (ended.code, ended.out) == (0, "You said hello.\n"), ended.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("hello", "--pace", "recorded"), "need --against RECORDING"),
        (("hello", "--against", "x.jsonl"), "there is no file x.jsonl"),
        (("hello", "--against", "20200101"), "there is no session and no file '20200101'"),
        (("hello", "--against", "old.jsonl"), "record it again"),
        (("hello", "--against", "x.jsonl", "--base-url", "http://h/v1"), "not both"),
    ],
)
def test_what_cannot_be_used_is_said_before_anything_runs(
    launcher: Launcher, write: WriteFile, arguments: tuple[str, ...], said: str
) -> None:
    write(
        "old.jsonl",
        '{"type":"ModelCallStarted","at":1,"run":"r1","call":"c1","agent":"A","model":"m"}\n',
    )
    ended = launcher.run(*arguments)
    assert ended.code == 2
    assert said in ended.err


def test_a_stored_session_of_thirty_turns(
    launcher: Launcher, provide: Provide, write: WriteFile
) -> None:
    def chatting(request: RequestRecord) -> Step:
        turn = int(request.last_user_text.split()[-1])
        if turn % 3 == 0 and not request.tool_outputs:
            calls = [ToolCall("add", {"a": turn, "b": n}) for n in range(1 + turn % 2)]
            return Answer("Let me add.", reasoning=["Hm, ", f"turn {turn}."], tool_calls=calls)
        outputs = ", ".join(request.tool_outputs.values())
        return Answer(f"Turn {turn}.\n\n| a | b |\n|---|---|\n| {outputs} | \u4f60\u597d |\n")

    def converse(*how: str, server: Any = None) -> list[str]:
        """All turns in one session; what was answered, and at last the session's id."""
        first = launcher.run("turn 1", *how, "--output", "json", provider=server)
        assert first.code == 0, first.err
        session = first.json["results"][0]["session"]
        rest = launcher.run(
            "--prompts", prompts, "--session", session, *how, "--output", "json", provider=server
        )
        assert rest.code == 0, rest.out
        answers = [one["answer"] for one in (*first.json["results"], *rest.json["results"])]
        return [*answers, session]

    prompts = write("prompts.txt", "\n".join(f"turn {n}" for n in range(2, 31)))
    *live, session = converse(server=provide(route=chatting))
    assert len(live) == 30
    *replayed, _ = converse("--against", session)
    assert replayed == live
    export = launcher.ended(
        launcher.start(
            "sessions", "export", session, "--format", "jsonl", "--output", "exported.jsonl"
        )
    )
    assert export.code == 0, export.err
    *replayed, _ = converse("--against", "exported.jsonl", "--api", "chat")
    assert replayed == live


def test_the_provider_ends_with_the_program(
    launcher: Launcher, record: Record, write: WriteFile
) -> None:
    record("hello", route=echo)
    ended = again(launcher, "hello")
    assert ended.code == 0
    assert _providers_in(launcher.folder) == []


def _providers_in(folder: Path) -> list[str]:
    """Processes of providers that were started in this folder and still run."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            if b"tui.recorded_provider" in command and (process / "cwd").resolve() == folder:
                found.append(process.name)
        except OSError:
            continue
    return found


SETTINGS = """
import base64
from agents import Agent, ModelSettings, ToolOutputImage, ToolOutputText, function_tool
from openai.types.shared import Reasoning

PIXEL = "data:image/png;base64," + base64.b64encode(b"\\x89PNG" + bytes(300)).decode()

@function_tool
def add(a: int, b: int) -> list[ToolOutputText | ToolOutputImage]:
    return [ToolOutputText(text=str(a + b)), ToolOutputImage(image_url=PIXEL)]

agent = Agent(
    name="Tester",
    instructions="Be brief.",
    tools=[add],
    model_settings=ModelSettings(
        temperature=0.2, top_p=0.9, max_tokens=500, tool_choice="add", parallel_tool_calls=False,
        reasoning=Reasoning(effort="low"), verbosity="low",
    ),
)
"""

TAGGED = Answer(deltas=["<think>", "2+2", "</think>", "\n\nFour", "."])


@pytest.mark.parametrize(
    ("code", "options", "steps"),
    [
        (CODE, (), (Answer(refusal="I must not."),)),
        (CODE, (), (TAGGED,)),
        (SETTINGS, (), (Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 2})]), Answer("Three."))),
        (
            CODE,
            ("--auto-previous-response-id",),
            (Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 2})]), Answer("Three.")),
        ),
    ],
    ids=["refusal", "think tags", "settings and pictures", "kept by the server"],
)
def test_a_run_ends_as_it_was_recorded(
    launcher: Launcher, provide: Provide, code: str, options: tuple[str, ...],
    steps: tuple[Step, ...],
) -> None:  # fmt: skip
    def told(ended: Ended) -> list[object]:
        names = ("outcome", "answer", "error", "tools")
        (result,) = ended.json["results"]
        for tool in result["tools"]:
            del tool["seconds"]
        return [ended.code, *(result.get(name) for name in names)]

    (launcher.folder / "agent.py").write_text(code)
    live = launcher.run("go", *options, "--output", "json", provider=provide(*steps))
    (result,) = live.json["results"]
    for api in ("responses", "chat"):
        ended = launcher.run(
            "go", *options, "--api", api, "--against", result["session"], "--output", "json",
            "--no-journal",
        )  # fmt: skip
        assert told(ended) == told(live)
