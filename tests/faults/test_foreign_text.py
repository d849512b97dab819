"""Rows 57 to 60: hostile text from models, tools and servers."""

import re
from pathlib import Path

import pytest

from tests.faults.answers import QUICK, WHOLE
from tests.faults.planted import ECHO
from tests.faults.row import PROMPT, Row
from tests.support.provider import Answer, ErrorEventAfter, HttpError, ResetAfter, ToolCall
from tests.support.terminal import foreign_sequences

ONE_API = pytest.mark.parametrize("api", ["responses"])
ESCAPES = "\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x9b2J\x1b[?1000h\x1b[31m"
INVISIBLE = "\u202e\u2066\U000e0041\u200b"
MASKED = r"✗ The .*: bad key \(key •••, token •••, vault •••, also sk-•••\)"
MARKUP = "[@click=app.exit]quit[/] [/foo] [red]red"
HOSTILE_AGENT = """
from agents import Agent, function_tool

TEXT = {text!r}

@function_tool(name_override="odd", description_override=TEXT)
def odd(text: str) -> str:
    print(f"printed {{TEXT}}")
    return f"returned {{TEXT}}"

@function_tool
def fails() -> str:
    raise ValueError(f"raised {{TEXT}}")

agent = Agent(name=f"Agent {{TEXT}}", model=f"model {{TEXT}}", tools=[odd, fails])
"""


def every_widget_shows(row: Row, tmp_path: Path, text: str, shown: str) -> None:
    """Put the text into everything that the dashboard shows of others, and open every view."""
    file = tmp_path / "hostile.py"
    file.write_text(HOSTILE_AGENT.format(text=text))
    row.start(keep=False, file=file, agent="agent", settings=QUICK)
    calls = [ToolCall("odd", {"text": text}), ToolCall("fails", {}), ToolCall(f"tool {text}", {})]
    row.send(
        Answer(f"cut off {text}", fault=ResetAfter(4)),
        Answer(f"said {text}", reasoning=[f"thought {text}"], tool_calls=calls[:2]),
        Answer(tool_calls=calls[2:]),
        prompt=f"{PROMPT} [red] [/foo]",
    )
    row.shows(
        f"Agent {shown}", f"said {shown}", f"printed {shown}", f"returned {shown}",
        f"raised {shown}", f"Tool tool {shown}",
    )  # fmt: skip
    row.dashboard.settled()
    row.send(HttpError(status=400, message=f"refused {text}"), prompt="again")
    row.shows(f"refused {shown}")
    row.dashboard.settled()
    for key in ("f4", "f4", "f3", "enter", "enter", "f3", "f2"):
        row.terminal.press(key)
    for command in ("/history", "/stats"):
        row.focus_prompt()
        row.terminal.type(f"{command}\n")
        row.shows("Esc closes")
        row.terminal.press("escape")
        row.terminal.wait_for(lambda screen: not any("Esc closes" in line for line in screen))
    row.terminal.type("still running")
    row.shows("still running")
    row.report.requests = len(row.requests)


def test_57_escapes_and_invisible_characters(row: Row, tmp_path: Path) -> None:
    row.report.how = "ESC, OSC, CSI, C1, bidi and tags in every text and name"
    row.is_recorded = False  # what was opened is not
    every_widget_shows(row, tmp_path, f"{ESCAPES}{INVISIBLE}", re.escape("␛]0;owned␇"))
    raw = row.dashboard.raw
    assert foreign_sequences(raw) == []
    assert not set(INVISIBLE) & set(raw.decode(errors="replace"))


def test_58_markup(row: Row, tmp_path: Path) -> None:
    row.report.how = "Textual's markup in every text and name"
    row.is_recorded = False  # what was opened is not
    every_widget_shows(row, tmp_path, MARKUP, re.escape("[@click=app.exit]quit"))
    links = [
        (number, line.index("quit[/]"))
        for number, line in enumerate(row.terminal.screen)
        if "quit[/]" in line
    ]
    assert links
    for number, column in links:
        row.terminal.click(number, column + 1)
    row.focus_prompt()
    row.terminal.type("text after the clicks")
    row.shows("text after the clicks")


@ONE_API
@pytest.mark.parametrize("what", ["tool output", "text"])
def test_59_a_line_of_a_megabyte(row: Row, what: str) -> None:
    row.report.how = f"1 MB in one line of {what}"
    row.is_recorded = False  # the scroll bar is an estimate until everything is laid out
    row.start(keep=False, agent="faulty", settings=QUICK)
    if what == "text":
        row.send(Answer(deltas=[*["y" * 1000] * 1000, " the end"]))
    else:
        row.send(Answer(tool_calls=[ToolCall("long_line", {"size": 1_000_000})]), Answer("the end"))
    row.shows("the end")
    row.finished()
    row.counted_errors({})
    row.terminal.type("responsive")
    row.shows("responsive")
    row.report.requests = len(row.requests)


@ONE_API
def test_59_a_code_fence_without_an_end(row: Row) -> None:
    row.report.how = "3000 lines of code and no closing fence"
    row.is_recorded = False  # the scroll bar is an estimate until everything is laid out
    row.start(keep=False, settings=QUICK)
    lines = [f"value_{number} = {number}\n" for number in range(3000)]
    row.send(Answer(deltas=["```python\n", *lines]))
    row.shows("value_2999 = 2999")
    row.finished()
    row.sent_requests(1)
    row.counted_errors({})
    row.terminal.type("responsive")
    row.shows("responsive")


@pytest.mark.parametrize(
    ("step", "kind", "shown"),
    [
        (HttpError(status=401, message=f"bad key {ECHO}", code="invalid_api_key"), "auth", MASKED),
        (HttpError(status=500, body=f"<html>bad key {ECHO}</html>"), "server", "✗ The server"),
        (HttpError(status=422, body=f'{{"detail": "bad key {ECHO}"}}'), "agent", "✗ The request"),
        (Answer(WHOLE, fault=ErrorEventAfter(1, message=f"bad key {ECHO}")), "server", MASKED),
    ],
    ids=["JSON", "HTML", "other JSON", "in the stream"],
)
def test_60_the_key_is_echoed(row: Row, step: HttpError | Answer, kind: str, shown: str) -> None:
    """``Row.finish`` asserts after every test that no secret is found anywhere."""
    row.report.how = "key, header and another key in an error body"
    row.start(settings={**QUICK, "retries_most": 0})
    row.send(step)
    row.shows(shown, "Ctrl.?R")
    assert row.finished().outcome == "failed"
    row.sent_requests(1)
    row.counted_errors({kind: 1})
