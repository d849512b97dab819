"""``streamtui diff`` over summaries, files of events and stored sessions."""

import json

from tests.headless.conftest import Ended, Launcher, WriteFile
from tests.support.provider import Answer, Provide, RequestRecord, Step, ToolCall


def adding(request: RequestRecord) -> Step:
    if not request.tool_outputs:
        return Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 2})])
    return Answer("It is 3.")


def diff(launcher: Launcher, *arguments: str) -> Ended:
    return launcher.ended(launcher.start("diff", *arguments))


def test_a_recording_gives_the_same_summary(launcher: Launcher, provide: Provide) -> None:
    provider = provide(route=adding)
    recorded = launcher.run("sum", "--output", "jsonl", "--out", "a.json", provider=provider)
    (launcher.folder / "a.jsonl").write_text(recorded.out)
    same = diff(launcher, "a.json", "a.jsonl")
    assert same.code == 0, same.err
    assert "1 run has the same outcome, answer and tool calls" in same.out
    session = launcher.ended(launcher.start("sessions", "list")).out.split()[0]
    stored = diff(launcher, "a.jsonl", session)
    assert stored.code == 0, stored.err
    assert "1 run has the same outcome, answer and tool calls" in stored.out
    assert "only in" not in stored.out
    rows = {line.split()[0]: line for line in stored.out.splitlines() if line.strip()}
    # Both halves of a row are the same: what is stored is what was measured.
    for name in ("ttft", "e2e", "input", "tools"):
        cells = rows[name].removeprefix(name).split("  ")
        cells = [cell.strip() for cell in cells if cell.strip()]
        assert cells[0] == cells[1], rows[name]


def test_a_batch_that_continued_a_session_is_matched_by_its_prompts(
    launcher: Launcher, provide: Provide, write: WriteFile
) -> None:
    provider = provide(route=adding)
    launcher.run("first", provider=provider)
    session = launcher.ended(launcher.start("sessions", "list")).out.split()[0]
    prompts = write("prompts.jsonl", '{"id": "a", "prompt": "one"}\n{"id": "b", "prompt": "two"}')
    recorded = launcher.run(
        "--prompts", prompts, "--session", session, "--output", "jsonl", provider=provider
    )
    (launcher.folder / "a.jsonl").write_text(recorded.out)
    lines = [json.loads(line) for line in recorded.out.splitlines()]
    named = {line["id"]: line["run"] for line in lines if line["type"] == "JobStarted"}
    started = [line["run"] for line in lines if line["type"] == "RunStarted"]
    assert list(named.values()) == started == ["r2", "r3"]
    launcher.run("--prompts", prompts, "--out", "b.json", provider=provider)
    for other in ("b.json", session):
        found = diff(launcher, "a.jsonl", other)
        assert found.code == 0, found.err
        assert "2 runs have the same outcome, answer and tool calls" in found.out
        assert "only in a.jsonl" not in found.out


def test_answers_and_limits(launcher: Launcher, provide: Provide) -> None:
    launcher.run("hi", "--out", "a.json", provider=provide(Answer("yes")))
    launcher.run("hi", "--out", "b.json", provider=provide(Answer("no")))
    found = diff(launcher, "a.json", "b.json", "--regress", "20%")
    assert found.code == 0
    assert "-yes" in found.out
    assert "+no" in found.out
    assert diff(launcher, "a.json", "b.json", "--json").json["runs"][0]["outcomes"] == ["ok", "ok"]


def test_what_cannot_be_compared_is_named(launcher: Launcher, write: WriteFile) -> None:
    write("a.jsonl", "not an event\n")
    for arguments, words in (
        (("a.jsonl", "a.jsonl"), "has no events"),
        (("gone.json", "a.jsonl"), "gone.json cannot be read: No such file"),
        (("gone.jsonl", "a.jsonl"), "there is no file"),
        (("20200101", "a.jsonl"), "there is no session"),
    ):
        found = diff(launcher, *arguments)
        assert (found.code, found.out) == (2, "")
        assert words in found.err
        assert "Traceback" not in found.err
