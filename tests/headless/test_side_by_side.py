"""``streamtui compare`` without a terminal: what it prints, and its exit code."""

import json
import signal
from typing import Any

import pytest

from tests.headless.conftest import AGENT, Ended, Launcher, WriteFile
from tests.support.provider import Answer, Provide, Provider, RequestRecord, Step, invalid_key
from tests.support.provider import ToolCall as Call


def route(request: RequestRecord) -> Step:
    if request.model == "refused":
        return invalid_key()
    if request.last_user_text == "launch" and not request.tool_outputs:
        return Answer(tool_calls=[Call("launch", {"target": "moon"})])
    if request.tool_outputs:
        return Answer(f"{next(iter(request.tool_outputs.values()))}")
    return Answer(f"{request.model} says {request.last_user_text}.", pace=0.01)


def takes_two_seconds(request: RequestRecord) -> Step:
    if request.body.get("stream"):
        return Answer(deltas=["one ", "two ", "three ", "four"], pace=0.5)
    return Answer("one two three four", headers_after=2.0)


def compare(launcher: Launcher, provider: Provider, *arguments: str) -> Ended:
    words = ("compare", AGENT, "--base-url", provider.base_url, *arguments)
    return launcher.ended(launcher.start(*words), "from a pipe")


def report(ended: Ended) -> Any:
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


def test_without_a_terminal_the_report_is_printed(launcher: Launcher, provide: Provide) -> None:
    provider = provide(route=route)
    ended = compare(launcher, provider, "--model", "a", "--model", "b", "--prompt", "-")
    assert ended.code == 0
    parts = ("-- a: ok", "a says from a pipe.", "b says from a pipe.", "first word", " finished ")
    for part in parts:
        assert part in ended.out
    first, second = (request.arrived_at for request in provider.requests)
    assert abs(first - second) < 5e9


def test_json_and_markdown_have_the_same_runs(launcher: Launcher, provide: Provide) -> None:
    models = ("--model", "a", "--model", "b", "--prompt", "hi")
    found = report(
        compare(launcher, provide(route=route), *models, "--output", "json", "--report", "r.md")
    )
    (one,) = found["rounds"]
    assert [run["answer"] for run in one["runs"]] == ["a says hi.", "b says hi."]
    assert all(run["figures"]["words"]["value"] == 3 for run in one["runs"])
    assert all(column["session"] for column in found["columns"])
    text = (launcher.folder / "r.md").read_text()
    assert "> a says hi." in text
    assert "| words | 3 | 3 (=) |" in text


def test_streamed_against_not_streamed(launcher: Launcher, provide: Provide) -> None:
    provider = provide(route=takes_two_seconds)
    found = report(
        compare(launcher, provider, "--model", "m", "--stream-or-not", "--prompt", "count",
                "--output", "json")
    )  # fmt: skip
    (one,) = found["rounds"]
    streamed, whole = (run["figures"]["first_word"]["value"] for run in one["runs"])
    assert streamed < whole
    assert one["sentences"][0].startswith("With streaming you read the first word after ")
    assert [column["stream"] for column in found["columns"]] == [True, False]


def test_many_prompts_are_run_in_each_column_and_their_medians_compared(
    launcher: Launcher, provide: Provide, write: WriteFile
) -> None:
    write("prompts.txt", "one\ntwo\nthree\n")
    provider = provide(route=route)
    ended = compare(
        launcher, provider, "--model", "a", "--model", "b", "--prompts", "prompts.txt",
        "--repeat", "2",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert len(provider.requests) == 12
    assert ended.out.count("a says two.") == 2
    assert "change of p50 (95 % interval)" in ended.out
    assert "a: a\nb: b\n" in ended.out
    found = report(
        compare(launcher, provider, "--model", "a", "--model", "b", "--prompts", "prompts.txt",
                "--output", "json")
    )  # fmt: skip
    (pair,) = (one for one in found["differences"]["b"]["figures"] if one["figure"] == "ttft")
    assert pair["n"] == [3, 3]
    assert len(found["rounds"]) == 3


def test_a_column_that_fails_is_said_and_leaves_the_other_alone(
    launcher: Launcher, provide: Provide
) -> None:
    models = ("--model", "fine", "--model", "refused", "--prompt", "hi")
    ended = compare(launcher, provide(route=route), *models)
    assert ended.code == 1
    assert "fine says hi." in ended.out
    assert "refused failed: " in ended.out


def test_an_agent_that_cannot_be_loaded_is_wrong_usage(
    launcher: Launcher, provide: Provide, write: WriteFile
) -> None:
    write("broken.py", "import nothing_like_this\n")
    ended = compare(launcher, provide(route=route), "broken.py", "--model", "m", "--prompt", "hi")
    assert ended.code == 2
    assert "m says hi." in ended.out
    assert "broken.py failed: " in ended.out


@pytest.mark.parametrize(("approve", "answer"), [("all", "launched at moon"), ("none", "needs")])
def test_approvals_are_answered_as_asked_for(
    launcher: Launcher, provide: Provide, approve: str, answer: str
) -> None:
    variants = ("--model", "m", "--variant", "name=one", "--variant", "name=two")
    found = report(
        compare(launcher, provide(route=route), *variants, "--prompt", "launch",
                "--approve", approve, "--output", "json")
    )  # fmt: skip
    (one,) = found["rounds"]
    assert all(answer in run["answer"] for run in one["runs"])
    assert [len(run["tools"]) for run in one["runs"]] == [1, 1]


def test_an_interrupt_prints_what_was_measured(launcher: Launcher, provide: Provide) -> None:
    provider = provide(route=lambda _: Answer("word " * 500, pace=0.2))
    process = launcher.start(
        "compare", AGENT, "--base-url", provider.base_url, "--model", "a", "--model", "b",
        "--prompt", "hi",
    )  # fmt: skip
    provider.wait_until(lambda: sum(bool(one.delta_times[2:]) for one in provider.requests) == 2)
    process.send_signal(signal.SIGINT)
    ended = launcher.ended(process)
    assert ended.code == 130
    assert "a was cancelled." in ended.out
    assert "Traceback" not in ended.err


def test_recordings_are_compared_as_they_were(launcher: Launcher, provide: Provide) -> None:
    models = ("--model", "a", "--model", "b", "--prompt", "hi")
    live = report(compare(launcher, provide(route=route), *models, "--output", "json"))
    sessions = [column["session"] for column in live["columns"]]
    recordings = [word for one in sessions for word in ("--recording", one)]
    found = json.loads(
        launcher.ended(launcher.start("compare", *recordings, "--output", "json"), "").out
    )
    (before,), (after,) = live["rounds"], found["rounds"]
    assert after["prompt"] == "hi"
    for one, other in zip(before["runs"], after["runs"], strict=True):
        assert one["answer"] == other["answer"]
        for name in ("first_word", "ttft", "total", "output", "words"):
            assert one["figures"][name]["value"] == pytest.approx(
                other["figures"][name]["value"], abs=1e-3
            )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--recording", "a"), "2 to 4 columns"),
        (("--recording", "a", "--recording", "b", "--model", "m"), "leave the rest out"),
        (("--recording", "a.jsonl", "--recording", "b.jsonl"), "there is no file a.jsonl"),
    ],
)
def test_recordings_that_cannot_be_compared(
    launcher: Launcher, arguments: tuple[str, ...], words: str
) -> None:
    ended = launcher.ended(launcher.start("compare", *arguments), "")
    assert ended.code == 2
    assert words in ended.err


def test_a_recording_in_which_nothing_has_ended_is_named(
    launcher: Launcher, provide: Provide
) -> None:
    whole = launcher.run("hi", "--output", "jsonl", provider=provide(route=route)).out
    lines = whole.splitlines(keepends=True)
    ends = ("RunFinished", "JobEnded", "WorkerExited")
    cut = [line for line in lines if json.loads(line)["type"] not in ends]
    (launcher.folder / "whole.jsonl").write_text(whole)
    (launcher.folder / "cut.jsonl").write_text("".join(cut))
    ended = launcher.ended(
        launcher.start("compare", "--recording", "whole.jsonl", "--recording", "cut.jsonl"), ""
    )
    assert (ended.code, ended.out) == (2, "")
    assert "No run of cut has ended" in ended.err
