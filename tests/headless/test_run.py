"""``streamtui run`` in a shell: what it prints where, and its exit code."""

import csv
import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.headless.conftest import AGENT, Launcher, WriteFile
from tests.support.pictures import png
from tests.support.provider import (
    Answer,
    Gate,
    IncompleteAfter,
    Page,
    Provide,
    RequestRecord,
    Step,
    ToolCall,
    invalid_key,
    server_error,
)


def echo(request: RequestRecord) -> Step:
    return Answer(f"You said {request.last_user_text}.")


def calling(name: str, arguments: dict[str, object]) -> Provide:
    """A route: ask for the tool, then say what it gave."""

    def route(request: RequestRecord) -> Step:
        if request.tool_outputs:
            return Answer(f"It gave: {next(iter(request.tool_outputs.values()))}")
        return Answer(tool_calls=[ToolCall(name, arguments)])

    return route  # type: ignore[return-value]


def test_the_answer_is_all_that_is_on_stdout(launcher: Launcher, provide: Provide) -> None:
    ended = launcher.run("hello", provider=provide(route=echo))
    assert (ended.code, ended.out) == (0, "You said hello.\n")
    assert "first token" in ended.err


def test_thinking_is_no_answer(launcher: Launcher, provide: Provide) -> None:
    tagged = Answer(deltas=["<think>", "2+2", "</think>", "Four."])
    ended = launcher.run("2+2?", provider=provide(tagged))
    assert (ended.code, ended.out) == (0, "Four.\n")
    cut = Answer(deltas=["I add.", "\n</think>\n\n", "Fo"], fault=IncompleteAfter(3))
    summary = launcher.run("2+2?", "--output", "json", provider=provide(cut)).json
    assert [run["answer"] for run in summary["results"]] == ["Fo"]


def test_an_answer_that_was_all_reasoning_is_said_on_stderr(
    launcher: Launcher, provide: Provide
) -> None:
    ended = launcher.run("2+2?", provider=provide(Answer("<think>2+2")))
    assert (ended.code, ended.out.strip()) == (0, "")
    assert "the answer is empty: all of it was reasoning" in ended.err


def test_a_prompt_from_standard_input(launcher: Launcher, provide: Provide) -> None:
    ended = launcher.run("-", provider=provide(route=echo), given="chào\n")
    assert (ended.code, ended.out) == (0, "You said chào.\n")


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_an_answer_that_does_not_stream(launcher: Launcher, provide: Provide, api: str) -> None:
    provider = provide(route=echo)
    ended = launcher.run("hello", "--no-stream", "--api", api, provider=provider)
    assert (ended.code, ended.out) == (0, "You said hello.\n")
    assert not provider.requests[0].body.get("stream")


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_a_server_that_streams_although_the_whole_answer_was_asked_for(
    launcher: Launcher, provide: Provide, api: str
) -> None:
    stream = Page(body='data: {"id": "x", "choices": []}\n\n', content_type="text/event-stream")
    provider = provide(stream)
    ended = launcher.run("hello", "--no-stream", "--api", api, provider=provider)
    assert ended.code == 1
    assert "sent a stream although the whole answer was asked for" in ended.err
    assert "Leave out --no-stream." in ended.err
    assert len(provider.requests) == 1


def test_a_failed_run(launcher: Launcher, provide: Provide) -> None:
    ended = launcher.run("hello", provider=provide(invalid_key()))
    assert (ended.code, ended.out) == (1, "")
    assert "failed:" in ended.err
    assert "sk-test" not in ended.err


def test_retries_are_reported_and_the_run_ends_well(launcher: Launcher, provide: Provide) -> None:
    ended = launcher.run("hello", provider=provide(server_error(503), Answer("Back again.")))
    assert (ended.code, ended.out) == (0, "Back again.\n")
    (line,) = [line for line in ended.err.splitlines() if "retrying in" in line]
    assert re.fullmatch(r"retrying in \d\.\d s \(attempt 2 of \d\): The server failed: .+", line)
    assert "1 retry" in ended.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Give a PROMPT"),
        (("hello", "--prompts", "agent.py"), "not both"),
        (("hello", "--demo"), f"only one argument, the prompt: leave out '{AGENT}'"),
        (("hello", "--slo", "speed < 1"), "unknown figure 'speed'"),
        (("hello", "--goodput", "ttft"), "write 'ttft:SECONDS'"),
        (("hello", "--min-good", "many"), "is not a share"),
        (("hello", "--min-good", "950%"), "'950%' is more than 100%"),
        (("hello", "--baseline", "agent.py"), "is not a summary"),
        (("",), "The prompt is empty"),
    ],
)
def test_wrong_usage(launcher: Launcher, arguments: tuple[str, ...], words: str) -> None:
    ended = launcher.run(*arguments)
    assert ended.code == 2
    assert words in ended.err
    assert "Traceback" not in ended.err


def test_an_agent_that_cannot_be_loaded(launcher: Launcher, write: WriteFile) -> None:
    write("agent.py", "import nowhere_to_be_found")
    ended = launcher.run("hello")
    assert ended.code == 2
    assert "nowhere_to_be_found" in ended.err


@pytest.mark.parametrize("output", ["text", "jsonl"])
def test_a_process_that_ends_before_it_has_loaded(
    launcher: Launcher, write: WriteFile, output: str
) -> None:
    write("agent.py", "import os, sys; print('no luck', file=sys.stderr); os._exit(9)")
    prompts = write("prompts.txt", "one\ntwo\nthree\n")
    ended = launcher.run("--prompts", prompts, "--concurrency", "2", "--output", output)
    assert ended.code == 2
    assert "no luck" in (ended.err if output == "text" else ended.out)
    if output == "jsonl":
        kinds = [json.loads(line)["type"] for line in ended.out.splitlines()]
        assert kinds.count("JobStarted") == kinds.count("JobEnded") == 3


def test_a_tool_that_needs_approval_is_refused_unless_it_is_named(
    launcher: Launcher, provide: Provide
) -> None:
    launching = calling("launch", {"target": "Mars"})
    refused = launcher.run("go", provider=provide(route=launching))
    assert "--approve does not allow it" in refused.out
    approved = launcher.run("go", "--approve", "add,launch", provider=provide(route=launching))
    assert approved.out == "It gave: launched at Mars\n"
    assert "--approve" not in approved.err


def test_a_name_that_no_tool_has_is_doubted(launcher: Launcher, provide: Provide) -> None:
    launching = calling("launch", {"target": "Mars"})
    ended = launcher.run("go", "--approve", "lauch", provider=provide(route=launching))
    assert ended.err.count("--approve: the agent has no tool lauch. Did you mean launch?") == 1


def test_in_one_file_each_answer_is_whole_before_its_figures(
    launcher: Launcher, provide: Provide, write: WriteFile
) -> None:
    prompts = write("prompts.txt", "".join(f"p{number}\n" for number in range(1, 9)))
    server = ("--base-url", provide(route=echo).base_url, "--model", "m", "--no-journal")
    process = launcher.start("run", AGENT, *server, "--prompts", prompts, stderr=subprocess.STDOUT)
    lines = launcher.ended(process).out.splitlines()[:16]
    assert lines[::2] == [f"You said p{number}." for number in range(1, 9)]
    assert all(line.startswith(f"[{n}] ") for n, line in enumerate(lines[1::2], 1))


def test_prompts_from_a_file_one_after_the_other(
    launcher: Launcher, provide: Provide, write: WriteFile
) -> None:
    prompts = write("prompts.txt", "one\n\ntwo\n")
    ended = launcher.run("--prompts", prompts, provider=provide(route=echo))
    assert (ended.code, ended.out) == (0, "You said one.\nYou said two.\n")
    assert "2 runs" in ended.err


def test_a_summary_of_concurrent_runs(
    launcher: Launcher, provide: Provide, write: WriteFile
) -> None:
    def route(request: RequestRecord) -> Step:
        if request.last_user_text == "fail":
            return invalid_key()
        numbers = {"a": len(request.last_user_text), "b": 1}
        if not request.tool_outputs:
            return Answer(tool_calls=[ToolCall("add", numbers, id="call_0")])
        return Answer(f"{next(iter(request.tool_outputs.values()))}")

    lines = [json.dumps({"id": name, "prompt": name}) for name in ("a", "bb", "ccc", "fail")]
    prompts = write("prompts.jsonl", "\n".join(lines))
    ended = launcher.run(
        "--prompts", prompts, "--concurrency", "4", "--repeat", "2", "--warmup", "3",
        "--output", "json", "--junit", "report.xml", "--csv", "runs.csv", "--out", "summary.json",
        provider=provide(route=route),
    )  # fmt: skip
    assert ended.code == 1
    summary = ended.json
    assert summary["runs"] == {"n": 8, "ok": 6, "failed": 2, "cancelled": 0}
    answers = {(run["id"], run["round"]): run["answer"] for run in summary["results"]}
    assert {answers[name, round_] for name in ("a",) for round_ in (1, 2)} == {"2"}
    assert {answers["bb", 1], answers["ccc", 2]} == {"3", "4"}
    assert summary["by_tool"]["add"]["states"] == {"ok": 6}
    assert summary["errors"] == {"auth": 2}
    assert summary["metrics"]["ttft"]["n"] == 12
    assert summary["totals"]["run_error_rate"] == 0.25
    assert json.loads((launcher.folder / "summary.json").read_text()) == summary
    assert '<failure message="' in (launcher.folder / "report.xml").read_text()
    assert len((launcher.folder / "runs.csv").read_text().splitlines()) >= 9


def test_a_failed_run_keeps_its_time_and_its_requests(launcher: Launcher, provide: Provide) -> None:
    ended = launcher.run(
        "hi", "--output", "json", "--csv", "runs.csv", "--junit", "report.xml",
        provider=provide(server_error(503), invalid_key()),
    )  # fmt: skip
    assert ended.code == 1
    (run,) = ended.json["results"]
    assert run["attempts"] == 2
    assert run["seconds"] > 0
    with (launcher.folder / "runs.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["attempts"], row["ttft"]) == ("2", "")
    assert float(row["e2e"]) == run["seconds"]
    report = (launcher.folder / "report.xml").read_text(encoding="utf-8")
    assert f'name="1" time="{run["seconds"]:.3f}"' in report


def test_every_event_as_a_line(launcher: Launcher, provide: Provide) -> None:
    ended = launcher.run("hello", "--output", "jsonl", provider=provide(route=echo))
    lines = [json.loads(line) for line in ended.out.splitlines()]
    kinds = [line["type"] for line in lines]
    assert kinds[:2] == ["WorkerStarted", "AgentLoaded"]
    assert kinds.count("RunStarted") == kinds.count("RunFinished") == kinds.count("JobEnded") == 1
    text = "".join(line["text"] for line in lines if line["type"] == "TextDelta")
    assert text == "You said hello."


def test_gates_decide_the_exit_code(launcher: Launcher, provide: Provide) -> None:
    kept = launcher.run("hello", "--slo", "ttft p95 < 60s", provider=provide(route=echo))
    assert kept.code == 0
    assert "gate met: ttft p95 < 60s" in kept.err
    broken = launcher.run("hello", "--slo", "e2e p50 < 1us", provider=provide(route=echo))
    assert broken.code == 3
    assert "NOT MET" in broken.err
    unknown = launcher.run("hello", "--slo", "tool:add p50 < 9s", provider=provide(route=echo))
    assert unknown.code == 3
    assert "nothing was measured" in unknown.err


def test_a_worker_that_dies_fails_its_run_and_the_next_one_runs(
    launcher: Launcher, provide: Provide, write: WriteFile
) -> None:
    def route(request: RequestRecord) -> Step:
        if request.last_user_text == "die":
            return Answer(tool_calls=[ToolCall("die", {})])
        return Answer("alive")

    prompts = write("prompts.txt", "die\nlive\n")
    ended = launcher.run("--prompts", prompts, provider=provide(route=route))
    assert (ended.code, ended.out) == (1, "alive\n")
    assert "exit code 3" in ended.err


def test_a_run_that_takes_too_long(launcher: Launcher, provide: Provide) -> None:
    answer = Answer(deltas=["Once", " upon"], gates={1: Gate()})
    ended = launcher.run("hello", "--timeout", "0.5", provider=provide(answer))
    assert (ended.code, ended.out) == (1, "Once\n")
    assert "0.5 s" in ended.err


def test_a_time_out_is_an_error_in_the_rate_and_for_its_gate(
    launcher: Launcher, provide: Provide
) -> None:
    answer = Answer(deltas=["Once", " upon"], gates={1: Gate()})
    ended = launcher.run(
        "hello", "--timeout", "0.5", "--output", "json", "--slo", "error_rate < 5%",
        provider=provide(answer),
    )  # fmt: skip
    assert ended.json["totals"]["error_rate"] == 1.0
    assert ended.json["attempts"] == {"n": 1, "ok": 0, "failed": 1, "cancelled": 0}
    assert ended.json["errors"] == {"timeout": 1}
    assert [gate["kept"] for gate in ended.json["gates"]] == [False]
    stats = launcher.ended(launcher.start("stats", "--json")).json
    assert (stats["attempts"], stats["failed"], stats["error_rate"]["value"]) == (1, 1, 1.0)
    assert stats["errors"] == [["timeout", 1]]


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl+C", "timeout"]
)
def test_interrupting_reports_what_was_measured(
    launcher: Launcher, provide: Provide, write: WriteFile, number: int, code: int
) -> None:
    provider = provide(Answer("first"), Answer(deltas=["a", "b"], gates={1: Gate()}))
    prompts = write("prompts.txt", "one\ntwo\nthree\n")
    process = launcher.start(
        "run", AGENT, "--base-url", provider.base_url, "--model", "m",
        "--prompts", prompts, "--output", "json",
    )  # fmt: skip
    provider.wait_until(lambda: len(provider.requests) == 2)
    process.send_signal(number)
    ended = launcher.ended(process)
    assert ended.code == code
    assert ended.json["interrupted"]
    assert ended.json["runs"] == {"n": 2, "ok": 1, "failed": 0, "cancelled": 1}
    assert "Traceback" not in ended.err


def test_a_closed_stdout_ends_it_without_a_traceback(launcher: Launcher, provide: Provide) -> None:
    gate = Gate()
    provider = provide(Answer(deltas=["a", "b", "c"], gates={1: gate}))
    process = launcher.start("run", AGENT, "--base-url", provider.base_url, "--model", "m", "hi")
    assert process.stdout is not None
    assert process.stdout.read(1) == "a"
    process.stdout.close()
    gate.open()
    assert process.stderr is not None
    err = process.stderr.read()
    assert process.wait() == 141
    assert "Traceback" not in err


def test_a_file_that_cannot_be_written(launcher: Launcher, provide: Provide) -> None:
    ended = launcher.run("hello", "--out", "no/such/folder.json", provider=provide(route=echo))
    assert (ended.code, ended.out) == (2, "")
    assert "no/such/folder.json cannot be written" in ended.err


def test_a_full_disk_is_named(launcher: Launcher, provide: Provide) -> None:
    provider = provide(route=echo)
    with Path("/dev/full").open("w") as full:
        process = launcher.start(
            "run", AGENT, "--base-url", provider.base_url, "--model", "m", "hi", stdout=full
        )
        err = process.communicate()[1]
    assert process.returncode == 2
    assert "No space left on device" in err


def test_closed_streams(launcher: Launcher, provide: Provide) -> None:
    shell = "{} -m tui run agent.py:agent --base-url {} --model m {}"
    url = provide(route=echo).base_url
    for rest, code, words in (("hi >&-", 141, "stdout is closed"), ("- <&-", 2, "prompt is empty")):
        command = shell.format(sys.executable, url, rest)
        ended = subprocess.run(
            command, shell=True, cwd=launcher.folder, env=launcher.environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (ended.returncode, words in ended.stderr) == (code, True), ended.stderr
        assert "Traceback" not in ended.stderr


def test_a_failed_tool_says_why(launcher: Launcher, provide: Provide) -> None:
    ended = launcher.run("go", provider=provide(route=calling("add", {"a": "x"})))
    (line,) = (line for line in ended.err.splitlines() if line.startswith("add "))
    assert "failed: " in line
    assert "Invalid JSON input for tool add" in line


def test_advice_speaks_of_no_keys(launcher: Launcher, provide: Provide) -> None:
    ended = launcher.run("hi", provider=provide(invalid_key()))
    assert "Check OPENAI_API_KEY" in ended.err
    for word in ("Ctrl+R", "retry key", "reload", "details"):
        assert word not in ended.err


def test_runs_are_stored_as_sessions(launcher: Launcher, provide: Provide) -> None:
    launcher.run("hello", provider=provide(route=echo))
    launcher.run("not this one", "--no-journal", provider=provide(route=echo))
    listed = launcher.ended(launcher.start("sessions", "list"))
    assert "hello" in listed.out
    assert "not this one" not in listed.out
    session = listed.out.split()[0]
    exported = launcher.ended(launcher.start("sessions", "export", session))
    assert "You said hello." in exported.out


def test_it_imports_neither_textual_nor_the_sdk(launcher: Launcher, provide: Provide) -> None:
    provider = provide(route=echo)
    process = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "tui", "run", AGENT, "--base-url",
         provider.base_url, "--model", "m", "hello"],
        cwd=launcher.folder, capture_output=True, text=True, check=False,
        env=launcher.environment,
    )  # fmt: skip
    imported = {
        line.rpartition("|")[2].strip().partition(".")[0] for line in process.stderr.splitlines()
    }
    assert process.returncode == 0
    assert "msgspec" in imported
    assert not imported & {"textual", "rich", "agents", "openai"}


def test_a_stored_session_is_continued(
    launcher: Launcher, provide: Provide, write: WriteFile
) -> None:
    provider = provide(route=echo)
    launcher.run("one", provider=provider)
    session = launcher.ended(launcher.start("sessions", "list")).out.split()[0]
    prompts = write("more.txt", "two\nthree\n")
    ended = launcher.run("--prompts", prompts, "--session", session, provider=provider)
    assert (ended.code, ended.out) == (0, "You said two.\nYou said three.\n")
    assert [len(request.items) for request in provider.requests] == [1, 3, 5]
    (listed,) = launcher.ended(launcher.start("sessions", "list", "--json")).json
    assert (listed["id"], listed["turns"]) == (session, 3)
    exported = launcher.ended(launcher.start("sessions", "export", session)).out
    for words in ("one", "You said one.", "two", "You said two.", "You said three."):
        assert words in exported


def test_a_session_that_cannot_be_continued(launcher: Launcher) -> None:
    for arguments, words in (
        (("--session", "2020"), "there is no session"),
        (("--session", "2020", "--concurrency", "2"), "leave out --concurrency"),
        (("--session", "2020", "--no-journal"), "needs the journal"),
    ):
        ended = launcher.run("hello", *arguments)
        assert ended.code == 2
        assert words in ended.err
        assert "Traceback" not in ended.err


def test_a_deleted_session_is_called_deleted(launcher: Launcher, provide: Provide) -> None:
    provider = provide(route=echo)
    launcher.run("one", provider=provider)
    session = launcher.ended(launcher.start("sessions", "list")).out.split()[0]
    launcher.ended(launcher.start("sessions", "delete", session))
    back = f"`streamtui sessions restore {session}` brings it back"
    for ended in (
        launcher.run("two", "--session", session, provider=provider),
        launcher.ended(launcher.start("replay", session, "--output", "text")),
        launcher.ended(launcher.start("diff", session, session)),
    ):
        assert ended.code == 2
        assert back in ended.err
        assert "Traceback" not in ended.err
    launcher.ended(launcher.start("sessions", "restore", session))
    assert launcher.run("two", "--session", session, provider=provider).code == 0


def test_a_bug_is_no_failed_run(launcher: Launcher, provide: Provide, write: WriteFile) -> None:
    write("buggy.py", BUGGY)
    provider = provide(route=echo)
    server = ("--base-url", provider.base_url, "--model", "m")
    process = launcher.start("run", AGENT, *server, "hello", program="buggy.py")
    ended = launcher.ended(process)
    assert ended.code == 70
    assert "A bug in streamtui" in ended.err
    assert "ZeroDivisionError" in ended.err


BUGGY = """
import tui.headless.session
from tui.cli.command_line import main

def summary_of(*args, **kwargs):
    return 1 / 0

tui.headless.session.summary_of = summary_of
main()
"""


def test_attached_files_are_sent_with_every_prompt(
    launcher: Launcher, provide: Provide, write: WriteFile
) -> None:
    provider = provide(route=echo, strict=True)
    (launcher.folder / "photo.png").write_bytes(png(8, 4))
    notes = write("notes.md", "Ghi chú")
    ended = launcher.run("look", "--attach", "photo.png", "--attach", notes, provider=provider)
    assert ended.code == 0
    (request,) = provider.requests
    content: Any = request.items[-1]["content"]
    assert [part["type"] for part in content] == ["input_text", "input_image", "input_text"]
    assert content[2]["text"] == "Attached file: notes.md\n\nGhi chú"


def test_a_file_that_cannot_be_attached_is_a_usage_error(launcher: Launcher) -> None:
    (launcher.folder / "data.bin").write_bytes(b"\x00\xff")
    ended = launcher.run("look", "--attach", "data.bin")
    assert ended.code == 2
    assert "--attach: data.bin is not a PNG" in ended.err
