"""Rows 57 to 60: what models, tools and servers write."""

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


def all_widgets_show(row: Row, tmp_path: Path, text: str, shown: str) -> None:
    """The text in every place that shows what others wrote."""
    file = tmp_path / "hostile.py"
    file.write_text(HOSTILE_AGENT.format(text=text))
    row.start(keep=False, file=file, agent="agent", settings=QUICK)
    calls = [ToolCall("odd", {"text": text}), ToolCall("fails", {}), ToolCall(f"tool {text}", {})]
    row.say(
        Answer(f"cut off {text}", fault=ResetAfter(4)),
        Answer(f"said {text}", reasoning=[f"thought {text}"], tool_calls=calls[:2]),
        Answer(tool_calls=calls[2:]),
        prompt=f"{PROMPT} [red] [/foo]",
    )
    row.sees(
        f"Agent {shown}", f"said {shown}", f"printed {shown}", f"returned {shown}",
        f"raised {shown}", "tool",
    )  # fmt: skip
    row.dashboard.settled()
    row.say(HttpError(status=400, message=f"refused {text}"), prompt="again")
    row.sees(f"refused {shown}")
    row.dashboard.settled()
    for key in ("f4", "f4", "f3", "enter", "enter", "f3", "f2"):
        row.terminal.press(key)
    for command in ("/history", "/stats"):
        row.to_prompt()
        row.terminal.type(f"{command}\n")
        row.sees("Esc closes")
        row.terminal.press("escape")
        row.terminal.wait_for(lambda screen: not any("Esc closes" in line for line in screen))
    row.terminal.type("still alive")
    row.sees("still alive")
    row.report.requests = len(row.requests)


def test_57_escapes_and_invisible_characters(row: Row, tmp_path: Path) -> None:
    row.report.how = "ESC, OSC, CSI, C1, bidi and tags in every text and name"
    all_widgets_show(row, tmp_path, f"{ESCAPES}{INVISIBLE}", re.escape("␛]0;owned␇"))
    raw = row.dashboard.raw
    assert foreign_sequences(raw) == []
    assert not set(INVISIBLE) & set(raw.decode(errors="replace"))


def test_58_markup(row: Row, tmp_path: Path) -> None:
    row.report.how = "Textual's markup in every text and name"
    all_widgets_show(row, tmp_path, MARKUP, re.escape("[@click=app.exit]quit"))
    for number, line in enumerate(row.terminal.screen):
        if "quit[/]" in line:
            row.terminal.click(number, line.index("quit[/]") + 1)
    row.to_prompt()
    row.terminal.type("and after the clicks")
    row.sees("and after the clicks")


@ONE_API
@pytest.mark.parametrize("what", ["tool output", "text"])
def test_59_a_line_of_a_megabyte(row: Row, what: str) -> None:
    row.report.how = f"1 MB in one line of {what}"
    row.start(keep=False, agent="faulty", settings=QUICK)
    if what == "text":
        row.say(Answer(deltas=[*["y" * 1000] * 1000, " the end"]))
    else:
        row.say(Answer(tool_calls=[ToolCall("tells", {"size": 1_000_000})]), Answer("the end"))
    row.sees("the end")
    row.finished()
    row.counted({})
    row.terminal.type("responsive")
    row.sees("responsive")
    row.report.requests = len(row.requests)


@ONE_API
def test_59_a_code_fence_without_an_end(row: Row) -> None:
    row.report.how = "3000 lines of code and no closing fence"
    row.start(keep=False, settings=QUICK)
    lines = [f"value_{number} = {number}\n" for number in range(3000)]
    row.say(Answer(deltas=["```python\n", *lines]))
    row.sees("value_2999 = 2999")
    row.finished()
    row.asked(1)
    row.counted({})
    row.terminal.type("responsive")
    row.sees("responsive")


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (HttpError(status=401, message=f"bad key {ECHO}", code="invalid_api_key"), "auth"),
        (HttpError(status=500, body=f"<html>bad key {ECHO}</html>"), "server"),
        (HttpError(status=422, body=f'{{"detail": "bad key {ECHO}"}}'), "agent"),
        (Answer(WHOLE, fault=ErrorEventAfter(1, message=f"bad key {ECHO}")), "server"),
    ],
    ids=["JSON", "HTML", "other JSON", "in the stream"],
)
def test_60_the_key_is_echoed(row: Row, step: HttpError | Answer, kind: str) -> None:
    """That it is found nowhere is asserted after every row."""
    row.report.how = "key, header and another key in an error body"
    row.start(settings={**QUICK, "retries_most": 0})
    row.say(step)
    row.sees("bad key|HTTP 500|HTTP 422|failed", "Ctrl.?R")
    assert row.finished().outcome == "failed"
    row.asked(1)
    row.counted({kind: 1})
