"""``streamtui replay`` without a screen, and what it says of recordings that it cannot play."""

import json
from pathlib import Path

import pytest

from tests.dashboard.replay.replay_desk import turn
from tests.headless.conftest import AGENT, Ended, Launcher, WriteFile
from tests.support.patience import PATIENCE
from tests.support.provider import Answer, Gate, Provide, RequestRecord, Step, ToolCall
from tui.protocol.codec import encode_batch

KEY = "sk-abcdefghijklmnopqrstuvwxyz0123456789ABCD"


def adding(request: RequestRecord) -> Step:
    if not request.tool_outputs:
        return Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 2})])
    return Answer("It is 3.")


def replay(launcher: Launcher, *arguments: str) -> Ended:
    return launcher.ended(launcher.start("replay", *arguments))


@pytest.fixture
def recorded(launcher: Launcher, provide: Provide) -> str:
    """A file of events."""
    run = launcher.run("sum", "--output", "jsonl", provider=provide(route=adding))
    (launcher.folder / "a.jsonl").write_text(run.out)
    return run.out


def test_lines_are_given_as_they_were_recorded(launcher: Launcher, recorded: str) -> None:
    assert replay(launcher, "a.jsonl", "--output", "jsonl").out == recorded
    for speed in ("64", "64x", "max"):
        paced = replay(launcher, "a.jsonl", "--output", "jsonl", "--speed", speed)
        assert (paced.code, paced.out) == (0, recorded)
    session = launcher.ended(launcher.start("sessions", "list")).out.split()[0]
    exported = launcher.ended(launcher.start("sessions", "export", session, "--format", "jsonl"))
    assert replay(launcher, session, "--output", "jsonl").out == exported.out


def test_the_answers_come_as_text(launcher: Launcher, recorded: str) -> None:
    found = replay(launcher, "a.jsonl", "--output", "text")
    assert (found.code, found.out) == (0, "It is 3.\n")
    assert "> sum" in found.err
    assert "add" in found.err
    assert "first token" in found.err
    session = launcher.ended(launcher.start("sessions", "list")).out.split()[0]
    assert replay(launcher, session, "--output", "text", "--speed", "64").out == "It is 3.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("replay", "a.jsonl", "--output", "text"),
        ("replay", "a.jsonl", "--output", "jsonl"),
        ("diff", "a.jsonl", "a.jsonl"),
        ("compare", "--recording", "a.jsonl", "--recording", "a.jsonl", "--output", "json"),
        ("sessions", "list"),
    ],
)
def test_a_full_disk_is_named(
    launcher: Launcher, recorded: str, arguments: tuple[str, ...]
) -> None:
    assert recorded
    with Path("/dev/full").open("w") as full:
        process = launcher.start(*arguments, stdout=full)
        err = process.communicate(timeout=PATIENCE)[1]
    assert process.returncode == 2
    assert "stdout cannot be written: No space left on device" in err
    assert "Traceback" not in err


def test_a_line_that_is_cut_off_ends_it(
    launcher: Launcher, recorded: str, write: WriteFile
) -> None:
    cut = recorded[: recorded.index('"TextDelta"') + 20]
    write("cut.jsonl", cut)
    found = replay(launcher, "cut.jsonl", "--output", "text")
    assert (found.code, found.out) == (0, "")
    assert "The last line is cut off" in found.err
    assert "add" in found.err
    assert "ends here, in the middle of a turn" in found.err
    assert replay(launcher, "cut.jsonl", "--output", "jsonl").out == cut


def test_a_killed_session_is_cut_off_where_it_was_killed(
    launcher: Launcher, provide: Provide, write: WriteFile
) -> None:
    gate = Gate()
    provider = provide(Answer(deltas=["Half", " an answer"], gates={2: gate}))
    server = ("--base-url", provider.base_url, "--model", "m")
    process = launcher.start("run", AGENT, "hello", *server, "--output", "jsonl")
    assert process.stdout is not None
    lines: list[str] = []
    while "Half" not in "".join(lines):
        lines.append(process.stdout.readline())
    process.kill()
    process.communicate()
    gate.open()
    killed = write("killed.jsonl", "".join(lines))
    found = replay(launcher, killed, "--output", "text")
    assert (found.code, found.out) == (0, "Half\n")
    assert "cancelled" in found.err.splitlines()
    assert "ends here, in the middle of a turn" in found.err
    assert replay(launcher, killed, "--output", "jsonl").out == "".join(lines)


def test_events_of_a_newer_version_are_left_out_and_named(
    launcher: Launcher, recorded: str, write: WriteFile
) -> None:
    new = json.dumps({"type": "MoodChanged", "at": 5, "mood": "good"}) + "\n"
    write("new.jsonl", new + recorded + "not json\n")
    found = replay(launcher, "new.jsonl", "--output", "text")
    assert (found.code, found.out) == (0, "It is 3.\n")
    assert "1 event of a newer version was left out: MoodChanged" in found.err
    assert "1 line or event could not be read" in found.err


def test_keys_in_a_file_from_elsewhere_are_masked(launcher: Launcher, write: WriteFile) -> None:
    recorded = encode_batch(turn(1, 1)).decode()
    said = recorded.replace("answer ", f"It is {KEY[:20]}").replace("1 ", f"{KEY[20:]}. ")
    write("key.jsonl", said.replace("question 1", f"what is {KEY}?"))
    found = replay(launcher, "key.jsonl", "--output", "text")
    assert "It is " in found.out
    assert "> what is" in found.err
    assert KEY not in found.out + found.err


def test_what_cannot_be_played_is_named(
    launcher: Launcher, recorded: str, write: WriteFile
) -> None:
    session = launcher.ended(launcher.start("sessions", "list")).out.split()[0]
    near = session[:-1] + ("0" if session[-1] != "0" else "1")
    write("empty.jsonl", "")
    write("prose.txt", "once upon a time\n")
    for arguments, words in (
        (("gone.jsonl",), "there is no file gone.jsonl"),
        (("empty.jsonl",), "has no events: record one with"),
        (("prose.txt",), "has no events: record one with"),
        ((near,), f"the nearest: {session}"),
        (("zzz",), f"the newest: {session}"),
        (("a.jsonl", "--speed", "100"), "use 0.25 to 64, or max"),
    ):
        found = replay(launcher, *arguments, "--output", "text")
        assert (found.code, found.out) == (2, ""), found
        assert words in found.err
        assert "Traceback" not in found.err


def test_without_a_terminal_it_names_the_other_outputs(launcher: Launcher, recorded: str) -> None:
    found = replay(launcher, "a.jsonl")
    assert found.code == 2
    assert "--output text or jsonl needs none" in found.err


def test_runs_at_once_are_told_apart(launcher: Launcher, provide: Provide) -> None:
    (launcher.folder / "prompts.txt").write_text("one\ntwo\nthree\n")
    run = launcher.run(
        "--prompts", "prompts.txt", "--concurrency", "3", "--output", "jsonl",
        provider=provide(route=lambda request: Answer(f"said {request.last_user_text}", pace=0.02)),
    )  # fmt: skip
    (launcher.folder / "a.jsonl").write_text(run.out)
    found = replay(launcher, "a.jsonl", "--output", "text")
    assert sorted(found.out.splitlines()) == ["said one", "said three", "said two"]
    assert "[1] " in found.err
