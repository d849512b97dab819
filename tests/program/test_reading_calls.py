"""The tool log in a real terminal: nested calls, filters, coloured JSON, long results, medians."""

import re
from collections.abc import Callable
from pathlib import Path

from tests.program.conftest import Launch
from tests.support.provider import Answer, Provide, ToolCall

DEEP = """
import json

from agents import Agent, function_tool


@function_tool
def dig(depth: int) -> str:
    if depth < 0:
        raise ValueError("no such depth")
    return json.dumps({"found": [f"stone {number}" for number in range(depth)], "depth": depth})


inner = Agent(name="Inner", tools=[dig])
middle = Agent(name="Middle", tools=[inner.as_tool("ask_inner", "asks")])
agent = Agent(name="Outer", tools=[middle.as_tool("ask_middle", "asks"), dig])
"""


def no_more(words: str) -> Callable[[list[str]], bool]:
    return lambda screen: words not in "\n".join(screen)


def test_nested_calls_are_folded_to_any_depth_filtered_and_read_to_the_end(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    (tmp_path / "deep.py").write_text(DEEP)
    provider = provide(
        Answer(tool_calls=[ToolCall("ask_middle", {"input": "well?"})]),
        Answer(tool_calls=[ToolCall("ask_inner", {"input": "well?"})]),
        Answer(tool_calls=[ToolCall("dig", {"depth": 3})]),
        Answer("three stones"),
        Answer("Inner says three"),
        Answer(
            tool_calls=[
                ToolCall("dig", {"depth": -1}),
                ToolCall("dig", {"depth": 4}),
                ToolCall("dig", {"depth": 3000}),
            ]
        ),
        Answer("all is dug"),
        strict=True,
    )
    terminal = launch("deep.py:agent", provider=provider, rows=40, cols=160)
    terminal.type("dig\n")
    terminal.wait_for("all is dug")
    terminal.wait_for("── idle")
    terminal.press("f3", "f3", "home")
    terminal.wait_for(re.compile(r"▸✓ ask_middle \(2 calls\)"))
    assert "ask_inner" not in terminal.text
    # Four calls of dig have a median: each says how it compares.
    assert re.search(r"✓ dig .* ~?[\d.>]+x", terminal.text)
    terminal.press("right", "right", "right", "right")
    terminal.wait_for(re.compile(r"▾✓ ask_middle.*\n.*▾✓ ask_inner.*\n.*✓ dig depth=3 "))
    terminal.press("left", "left", "left", "left")
    terminal.wait_for(no_more("ask_inner"))

    for typed, shown, hidden in (
        ("state:failed", "dig depth=-1", "depth=4"),
        ("kind:agent", "ask_middle", "depth=4"),
        ("agent:inner", "dig depth=3 ", "depth=4"),
        ("-agent:inner dig", "depth=4", "dig depth=3 "),
    ):
        terminal.type(f"f\x15{typed}x\x7f\n")  # in one burst, as over a slow connection
        terminal.wait_for(re.compile(rf"{re.escape(typed)}: \d of \d+ shown"))
        terminal.wait_for(shown)
        terminal.wait_for(no_more(hidden))
    terminal.press("escape")
    terminal.wait_for(no_more(" shown"))

    terminal.press("end", "enter")
    terminal.wait_for(re.compile(r'"depth": 3000.*\n'))
    start = len(terminal.raw)
    terminal.press("end")
    terminal.wait_for('"stone 2999"')
    painted = terminal.raw[start:]
    assert re.search(rb'\x1b\[[\d;]*m"depth"\x1b\[[\d;]*m', painted), "a name has a colour"
    terminal.press("pageup", "pageup", "pageup")
    terminal.wait_for(re.compile(r"↓ [\d,]+ more lines"))
