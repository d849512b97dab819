"""Several streams side by side, each from a worker of its own."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.program.conftest import AGENT, FRAGILE, Launch
from tests.support.provider import (
    Answer,
    Gate,
    Provide,
    Provider,
    RequestRecord,
    Step,
    ToolCall,
    invalid_key,
)
from tests.support.terminal import Terminal
from tui.core.metrics.figure_text import time_text

READY = "side by side ── ready"
LONG = " ".join(f"word{number}" for number in range(300))


def by_model(**steps: Step) -> Any:
    """A route: what each model answers to the first message; to others it repeats the message."""

    def route(request: RequestRecord) -> Step:
        said = Answer(f"{request.model} heard {request.last_user_text}.")
        return said if len(request.items) > 1 else steps.get(request.model, said)

    return route


def models(*names: str) -> list[str]:
    return [word for name in names for word in ("--model", name)]


def compare(launch: Launch, provider: Provider | None, *arguments: str, **options: Any) -> Terminal:
    return launch(
        "compare",
        AGENT,
        *arguments,
        provider=provider,
        **{"rows": 50, "cols": 160, "ready": READY} | options,
    )


def requests_of(provider: Provider, model: str) -> list[RequestRecord]:
    return [request for request in provider.requests if request.model == model]


def figure(terminal: Terminal, label: str) -> list[str]:
    """The row of the differences that has this label, cell by cell."""
    screen = terminal.wait_for(re.compile(rf"^ {label}  ", re.MULTILINE))
    (row,) = [line.strip() for line in screen if line.startswith(f" {label}  ")]
    return re.split(r" {2,}", row)[1:]


def test_one_prompt_goes_to_all_columns_and_the_report_has_the_figures_on_the_screen(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(
        route=by_model(
            swift=Answer("The swift answer.", pace=0.01),
            slow=Answer("The answer of the slow one has more words.", first_after=0.7, pace=0.02),
        )
    )
    terminal = compare(launch, provider, *models("swift", "slow"), "--report", "out.json")
    terminal.type("Which is it?\n")
    terminal.wait_for("prompt 1 done · swift was first")
    terminal.wait_for("The swift answer.")
    terminal.wait_for("has more words.")
    assert len(provider.requests) == 2
    assert {request.last_user_text for request in provider.requests} == {"Which is it?"}
    # Sent at the same time, each by its own worker.
    first, second = (request.arrived_at for request in provider.requests)
    assert abs(first - second) < 5e9
    assert len(provider.connections) == 2

    report = json.loads((tmp_path / "out.json").read_text())
    (one,) = report["rounds"]
    runs = {run["label"]: run for run in one["runs"]}
    assert (one["prompt"], one["ahead"]) == ("Which is it?", "swift")
    assert runs["swift"]["answer"] == "The swift answer."
    assert runs["slow"]["figures"]["words"]["value"] == 9
    assert runs["swift"]["figures"]["first_word"]["best"]
    assert figure(terminal, "words")[0] == "3"
    shown = figure(terminal, "first word")
    assert shown[0] == f"{time_text(runs['swift']['figures']['first_word']['value'])} ▲"
    assert {column["label"] for column in report["columns"]} == {"swift", "slow"}
    assert len({column["session"] for column in report["columns"]}) == 2

    terminal.type("/export mine.md\n")
    terminal.wait_for("Wrote mine.md")
    text = (tmp_path / "mine.md").read_text()
    assert "| first word |" in text
    assert "> The swift answer." in text
    terminal.type("/export ~nobody-of-this-name/mine.md\n")
    terminal.wait_for("~nobody-of-this-name/mine.md cannot be written: No such file")


def test_who_is_ahead_is_marked_while_they_stream(launch: Launch, provide: Provide) -> None:
    gate, other = Gate(), Gate()
    provider = provide(
        route=by_model(
            held=Answer(LONG, gates={3: gate}), free=Answer(LONG, gates={40: other}, pace=0.01)
        )
    )
    terminal = compare(launch, provider, *models("held", "free"))
    terminal.type("go\n")
    terminal.wait_for("2 of 2 running · free is ahead")
    gate.open()
    terminal.wait_for("1 of 2 running · held is ahead")
    other.open()
    terminal.wait_for("prompt 1 done · held was first")


def test_the_next_prompt_waits_for_all_columns_and_goes_to_all(
    launch: Launch, provide: Provide
) -> None:
    gate = Gate()
    provider = provide(route=by_model(a=Answer("A."), b=Answer("B. two three", gates={1: gate})))
    terminal = compare(launch, provider, *models("a", "b"))
    terminal.type("one\n")
    terminal.wait_for("1 of 2 running")
    terminal.type("again\n")
    terminal.wait_for("queued: again")
    assert len(provider.requests) == 2
    gate.open()
    terminal.wait_for("a heard again.")
    terminal.wait_for("b heard again.")
    terminal.wait_for("prompt 2 done")
    assert all("B. two three" in str(one.items) for one in requests_of(provider, "b")[1:])


def test_a_column_that_fails_leaves_the_other_alone_and_can_be_retried(
    launch: Launch, provide: Provide
) -> None:
    steps = iter([invalid_key()])
    good = Answer("Fine here.")

    def route(request: RequestRecord) -> Step:
        return next(steps, Answer("Now it works.")) if request.model == "bad" else good

    provider = provide(route=route)
    terminal = compare(launch, provider, *models("good", "bad"))
    terminal.type("try\n")
    terminal.wait_for("Fine here.")
    terminal.wait_for(re.compile(r"bad failed: "))
    terminal.wait_for("good was first")
    terminal.press("ctrl+r")
    terminal.wait_for("Now it works.")
    terminal.wait_for(lambda screen: "bad failed" not in "\n".join(screen))
    assert len(requests_of(provider, "good")) == 1


def test_one_column_can_be_cancelled_and_then_all(launch: Launch, provide: Provide) -> None:
    def slow(request: RequestRecord) -> Step:
        return Answer(LONG, pace=0.2)

    provider = provide(route=slow)
    terminal = compare(launch, provider, *models("a", "b", "c"))
    terminal.type("count\n")
    terminal.wait_for(lambda screen: "\n".join(screen).count("word2") >= 3)
    terminal.press("f3")
    terminal.press("x")
    provider.wait_until(lambda: requests_of(provider, "b")[0].client_closed_at is not None)
    terminal.wait_for("2 of 3 running")
    assert all(one.client_closed_at is None for one in provider.requests if one.model != "b")
    terminal.press("escape")
    provider.wait_until(lambda: all(one.client_closed_at for one in provider.requests))
    terminal.wait_for("prompt 1 done")
    terminal.press("d")
    terminal.wait_for("Differences")
    for label in "abc":
        terminal.wait_for(f"{label} was cancelled.")


def test_a_worker_that_dies_is_shown_in_its_column_and_takes_the_next_prompt(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(
        route=by_model(dies=Answer(tool_calls=[ToolCall("exits", {})]), lives=Answer("Alive."))
    )
    terminal = compare(launch, provider, *models("lives", "dies"))
    terminal.type("go\n")
    terminal.wait_for("Alive.")
    terminal.wait_for("exit code 7")
    terminal.wait_for("lives was first")
    terminal.wait_for(re.compile(r"│idle.*││(idle|failed)"))
    terminal.type("still there\n")
    terminal.wait_for("lives heard still there.")
    terminal.wait_for("dies heard still there.")


def test_a_column_whose_process_keeps_exiting_is_started_again_on_request(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    (tmp_path / "fragile.py").write_text(FRAGILE)
    (tmp_path / "broken").touch()
    terminal = compare(
        launch, provide(route=by_model()), "fragile.py", ready="/reload starts another one"
    )
    terminal.type("hello\n")
    terminal.wait_for("gpt-5.6-luna heard hello.")
    (tmp_path / "broken").unlink()
    terminal.type("/reload\n")
    terminal.wait_for(re.compile(r"│idle.*││idle"))
    terminal.type("again\n")
    terminal.wait_for("gpt-5.6-luna heard again.")
    terminal.wait_for("m heard again.")


def test_each_column_asks_for_its_own_approvals(launch: Launch, provide: Provide) -> None:
    def route(request: RequestRecord) -> Step:
        if request.tool_outputs:
            return Answer(f"{request.model} got {next(iter(request.tool_outputs.values()))}")
        return Answer(tool_calls=[ToolCall("asks", {})])

    provider = provide(route=route)
    terminal = compare(launch, provider, *models("left", "right"))
    terminal.type("ask\n")
    terminal.wait_for(lambda screen: "\n".join(screen).count("May Hostile run asks") == 2)
    terminal.press("f3")
    terminal.answer("y", "right got allowed")
    assert "left got" not in terminal.text
    terminal.press("f2")
    terminal.answer("n", re.compile(r"left got "))
    assert "left got allowed" not in terminal.text
    terminal.wait_for("prompt 1 done")


def test_a_resize_while_they_stream_turns_columns_into_tabs_and_back(
    launch: Launch, provide: Provide
) -> None:
    gate = Gate()

    def route(request: RequestRecord) -> Step:
        return Answer(f"{request.model} begins. {LONG} The end of {request.model}.", pace=0.005,
                      gates={100: gate})  # fmt: skip

    provider = provide(route=route)
    terminal = compare(launch, provider, *models("first", "second"))
    terminal.type("go\n")
    terminal.wait_for("second begins.")
    terminal.resize(20, 60)
    terminal.wait_for(re.compile(r"1 .*first: streaming +2 .*second: streaming"))
    assert "╭─ 2 second" not in terminal.text
    gate.open()
    terminal.press("f3")
    terminal.wait_for("╭─ 2 second")
    terminal.wait_for("The end of second.")
    terminal.resize(30, 100)
    terminal.wait_for("The end of first.")
    terminal.wait_for("The end of second.")
    assert all(len(line) <= 100 for line in terminal.screen)
    terminal.press("f3")
    terminal.wait_for(lambda screen: "╭─ 1 first" not in "\n".join(screen))
    terminal.press("escape")
    terminal.wait_for("╭─ 1 first")


def test_four_columns_have_room_for_all_their_figures(launch: Launch, provide: Provide) -> None:
    provider = provide(route=by_model())
    terminal = compare(
        launch, provider, *models("m1", "m2", "m3", "m4"), "--prompt", "hi", ready="side by"
    )
    for name in ("m1", "m2", "m3", "m4"):
        terminal.wait_for(f"{name} heard hi.")
    terminal.wait_for("prompt 1 done")
    for label in ("1st word", "TTFT", "tok/s", "total", "tok in", "tok out", "words"):
        assert terminal.text.count(label) >= 4, label


def test_streamed_against_not_streamed_says_what_a_person_waits(
    launch: Launch, provide: Provide
) -> None:
    def route(request: RequestRecord) -> Step:
        if request.body.get("stream"):
            return Answer(deltas=["One ", "two ", "three ", "four."], pace=0.5)
        return Answer("One two three four.", headers_after=2.0)

    provider = provide(route=route)
    terminal = compare(launch, provider, "--model", "m", "--stream-or-not")
    terminal.type("count\n")
    terminal.wait_for("With streaming you read the first word after ")
    assert {bool(one.body.get("stream")) for one in provider.requests} == {True, False}
    assert "of waiting." in terminal.text
    assert "not streamed" in terminal.text


def test_an_agent_that_cannot_be_loaded_does_not_stop_the_other(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    (tmp_path / "broken.py").write_text("import nothing_like_this\n")
    provider = provide(route=by_model())
    terminal = launch(
        "compare", AGENT, "broken.py", "--model", "m", provider=provider, ready=READY,
        rows=50, cols=160,
    )  # fmt: skip
    terminal.wait_for("could not be loaded")
    terminal.type("hello\n")
    terminal.wait_for("m heard hello.")
    terminal.wait_for("broken.py failed: ")


@pytest.mark.parametrize("key", ["f1", "d"])
def test_what_is_on_top_closes_again(launch: Launch, provide: Provide, key: str) -> None:
    provider = provide(route=by_model())
    terminal = compare(launch, provider, *models("a", "b"), "--prompt", "hi", ready="side by")
    terminal.wait_for("prompt 1 done")
    terminal.press("f2", key)
    terminal.wait_for("Esc closes")
    assert "Marks" in terminal.text or "Differences" in terminal.text
    terminal.press("escape")
    terminal.wait_for(lambda screen: "Esc closes" not in "\n".join(screen))
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0


def test_a_recording_of_a_killed_session_ends_as_it_does_when_it_is_resumed(
    launch: Launch, tmp_path: Path
) -> None:
    start = {"type": "RunStarted", "at": 0, "run": "r1", "prompt": "hi", "entered_at": 0, "wall": 9}
    call = {"run": "r1", "call": "c1", "agent": "Ann"}
    said = [
        {"type": "WorkerStarted", "at": 0, "pid": 1, "python": "3.11", "wall": 9},
        {"type": "AgentLoaded", "at": 0, "agent": "Ann", "model": "m"},
        start,
        {"type": "ModelCallStarted", "at": 0, **call, "model": "m"},
        {"type": "AttemptStarted", "at": 0, "run": "r1", "call": "c1"},
        {"type": "TextDelta", "at": 10**8, "run": "r1", "call": "c1", "text": "Half of an"},
    ]
    end = {"type": "RunFinished", "at": 2 * 10**8, "run": "r1", "outcome": "ok", "agent": "Ann"}
    for name, lines in (("killed", said), ("whole", [*said, end])):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (tmp_path / f"{name}.jsonl").write_text(text)
    recordings = ("--recording", "killed.jsonl", "--recording", "whole.jsonl")
    terminal = launch("compare", *recordings, "--report", "out.json", ready="side by side")
    terminal.wait_for("prompt 1 done")
    terminal.wait_for("the dashboard ended here")
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0
    (one,) = json.loads((tmp_path / "out.json").read_text())["rounds"]
    assert [run["outcome"] for run in one["runs"]] == ["cancelled", "ok"]


def test_recordings_play_side_by_side_and_wait_for_each_other(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(
        route=by_model(
            swift=Answer("The swift answer."),
            slow=Answer("The answer of the slow one has more words.", first_after=1.5),
        )
    )
    terminal = compare(launch, provider, *models("swift", "slow"), "--report", "out.json")
    terminal.type("first\n")
    terminal.wait_for("prompt 1 done")
    terminal.type("second\n")
    terminal.wait_for("prompt 2 done")
    shown = figure(terminal, "words")
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0
    live = json.loads((tmp_path / "out.json").read_text())
    sessions = [column["session"] for column in live["columns"]]
    recordings = [word for one in sessions for word in ("--recording", one)]
    terminal = launch(
        "compare", *recordings, "--report", "played.json", ready="side by side", rows=50, cols=160
    )
    # The slow one's first turn is awaited.
    terminal.wait_for(lambda screen: "\n".join(screen).count("first") >= 2)
    terminal.wait_for("prompt 2 done")
    terminal.wait_for("slow heard second.")
    assert figure(terminal, "words") == shown
    played = json.loads((tmp_path / "played.json").read_text())
    for one, other in zip(live["rounds"], played["rounds"], strict=True):
        assert one["prompt"] == other["prompt"]
        for run, again in zip(one["runs"], other["runs"], strict=True):
            assert run["answer"] == again["answer"]
            assert run["figures"]["words"] == again["figures"]["words"]
            times = (each["figures"]["first_word"]["value"] for each in (run, again))
            assert next(times) == pytest.approx(next(times), abs=0.01)
    terminal.type("x")
    terminal.press("d")
    terminal.wait_for("Differences")
