"""Every screen and state: each walk goes through the program and stops where there is one to see.

For looking, not for the documentation: ``make pictures ARGS="--all FOLDER"``.
"""

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.support.provider import Answer, ToolCall, Usage, invalid_key, rate_limited
from tests.support.terminal import Terminal
from tour.scenes import ANSWER, ASKED, QUESTION, asked, booked, trip
from tour.stage import AGENT, CREW, Stage

Stops = Iterator[tuple[str, Terminal]]
"""The name of each picture, and the terminal that shows it."""


class Walk(NamedTuple):
    """A name for the command line, the terminal's size, and the way."""

    name: str
    cols: int
    rows: int
    play: Callable[[Stage], Stops]


WALKS: list[Walk] = []

SETTLED = 0.7
"""Seconds after a key until the screen stands still."""


def walk(cols: int = 120, rows: int = 34) -> Callable[..., Callable[[Stage], Stops]]:
    """Add the function to the walks; its name is the walk's."""

    def add(play: Callable[[Stage], Stops]) -> Callable[[Stage], Stops]:
        WALKS.append(Walk(play.__name__.replace("_", "-"), cols, rows, play))
        return play

    return add


def _after(terminal: Terminal, *keys: str) -> Terminal:
    for key in keys:
        terminal.press(key)
        time.sleep(0.2)
    time.sleep(SETTLED)
    return terminal


def _typed(terminal: Terminal, text: str) -> Terminal:
    terminal.type(text)
    time.sleep(SETTLED)
    return terminal


@walk()
def prompt(stage: Stage) -> Stops:
    (stage.folder / "notes.md").write_text("# Notes\n\nBook early.\n")
    (stage.folder / "plan.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    (stage.folder / "photos").mkdir()
    terminal = booked(stage)
    yield "slash-menu", _typed(terminal, "/")
    yield "slash-menu-filtered", _typed(terminal, "se")
    _after(terminal, "ctrl+u")
    yield "argument-menu-theme", _typed(terminal, "/theme ")
    _after(terminal, "ctrl+u")
    yield "argument-menu-export", _typed(terminal, "/export ")
    _after(terminal, "ctrl+u")
    yield "argument-menu-model", _typed(terminal, "/model ")
    _after(terminal, "ctrl+u")
    yield "path-menu", _typed(terminal, "read @")
    _after(terminal, "ctrl+u")
    terminal.paste("\n".join(f"line {number} of a long log" for number in range(500)))
    yield "folded-paste", _typed(terminal, " What went wrong?")
    yield "unfolded-paste", _after(terminal, "left", "ctrl+g")
    _after(terminal, "escape", "ctrl+c")
    terminal.press("alt+r")
    yield "history-search", _typed(terminal, "train")
    _after(terminal, "escape", "ctrl+u")
    yield "unknown-command", _typed(terminal, "/nonsense\n")
    yield "attachment-sent", _typed(terminal, "What is in @notes.md and @missing.txt?\n")


@walk()
def windows(stage: Stage) -> Stops:
    terminal = booked(stage)
    yield "palette-first", _after(terminal, "ctrl+p")
    yield "palette-no-hit", _typed(terminal, "qqqq")
    _after(terminal, "escape")
    terminal.press("ctrl+p")
    _typed(terminal, "history\n")
    yield "history", terminal
    _after(terminal, "escape")
    terminal.press("ctrl+p")
    _typed(terminal, "stati\n")
    yield "statistics", terminal
    _after(terminal, "escape")
    yield "palette-recent", _after(terminal, "ctrl+p")
    _after(terminal, "escape")
    yield "agent-card", _typed(terminal, "/agent\n")
    _after(terminal, "escape")
    yield "theme-window", _typed(terminal, "/theme\n")
    _after(terminal, "escape")
    yield "session-card", _typed(terminal, "/session\n")
    _after(terminal, "escape")
    yield "notices", _typed(terminal, "/notices\n")
    _after(terminal, "escape")
    yield "faults", _typed(terminal, "/faults\n")
    _after(terminal, "escape")
    yield "help-end", _after(terminal, "f1", "end")
    _after(terminal, "escape")
    yield "retry-question", _after(terminal, "ctrl+r")


@walk()
def following_up(stage: Stage) -> Stops:
    slow = Answer(ANSWER * 20, usage=Usage(412, 900), pace=0.1, first_after=0.3)
    terminal = stage.start(AGENT, provider=stage.provide(slow, slow, slow))
    terminal.type(f"{ASKED}\n")
    terminal.wait_for("ICE 705")
    for text in ("And the way back on Sunday?", "A window seat, please.", "Is there a buffet car?"):
        _typed(terminal, f"{text}\n")
    yield "queue", terminal
    terminal.paste("First of all:\n" + "a long message that will not fit into one line, " * 5)
    yield "queue-long", _after(terminal, "enter")
    yield "queue-focused", _after(terminal, "shift+tab")
    yield "queue-edited", _after(terminal, "up", "e")
    _after(terminal, "enter")
    yield "steering", _after(terminal, "ctrl+s")
    yield "cancelled", _after(terminal, "escape")


LETTER = {
    "recipient": "editor@example.com",
    "subject": "Your manuscript",
    "body": "Dear editor,\n\n"
    + "I have read the manuscript from the first page to the last. " * 60,
}


@walk()
def approvals(stage: Stage) -> Stops:
    terminal = asked(stage)
    terminal.wait_for(QUESTION)
    time.sleep(1)
    yield "approval-draft", _typed(terminal, "what does it cost")
    _after(terminal, "ctrl+u", "tab")
    yield "approval-reason", _after(terminal, "r")
    _after(terminal, "escape")
    yield "approval-edit", _after(terminal, "e")
    _after(terminal, "escape")
    terminal.answer("n", "ICE 705 leaves")
    time.sleep(1)
    yield "approval-rejected", terminal


@walk()
def approving_several(stage: Stage) -> Stops:
    calls = [ToolCall("send_letter", LETTER), ToolCall("send_letter", LETTER | {"body": "Short."})]
    provider = stage.provide(Answer(tool_calls=calls), Answer("Both are sent."))
    terminal = stage.start(CREW, provider=provider)
    terminal.type("Write to the editor.\n")
    terminal.wait_for("send_letter")
    time.sleep(1.5)
    yield "approval-long", terminal
    yield "approval-scrolled", _after(terminal, "pagedown")
    yield "approval-all", _after(terminal, "Y")
    _after(terminal, "n")
    yield "approval-next", _after(terminal, "y")


def _of_crew(request: object) -> object:
    """Each agent calls the one below it, then answers."""
    body = request.body  # type: ignore[attr-defined]
    who = body.get("instructions", "")
    outputs = [item for item in body["input"] if item.get("type") == "function_call_output"]
    calls = {
        "editor": [
            ToolCall("ask_researcher", {"input": "Which books are about trains?"}),
            ToolCall("draw_map", {"town": "München"}),
            ToolCall("read_page", {"shelf": "B001", "page": 500}),
            ToolCall("read_page", {"shelf": "B001", "page": 12}),
        ],
        "researcher": [ToolCall("ask_librarian", {"input": "trains"})],
        "librarian": [ToolCall("search_catalogue", {"query": "trains"})],
    }[who]
    if outputs:
        return Answer(f"The {who} has found 120 books.", usage=Usage(300, 12))
    return Answer(tool_calls=calls, usage=Usage(200, 40))


@walk()
def tool_log(stage: Stage) -> Stops:
    terminal = stage.start(CREW, provider=stage.provide_by(_of_crew))
    terminal.type("Find books about trains.\n")
    terminal.wait_for("The editor has found")
    time.sleep(1)
    yield "tools-folded", _after(terminal, "f3", "home")
    yield "tools-unfolded", _after(terminal, "right", "right", "right", "right")
    yield "tools-maximised", _after(terminal, "f3")
    yield "tools-json", _after(terminal, "down", "enter")
    yield "tools-json-end", _after(terminal, "pagedown", "pagedown")
    _after(terminal, "home", "f")
    yield "tools-filter", _typed(terminal, "state:")
    yield "tools-filtered", _typed(terminal, "error\n")
    _after(terminal, "f", "ctrl+u")
    yield "tools-filter-nothing", _typed(terminal, "zebra\n")
    _after(terminal, "f", "ctrl+u", "enter")
    yield "tools-search", _typed(terminal, "/München\n")
    _after(terminal, "escape")
    yield "files", _after(terminal, "v")
    _after(terminal, "escape", "f3")
    _after(terminal, "f2")
    yield "chat-search", _typed(terminal, "/books\n")
    _after(terminal, "escape")
    yield "chat-times", _after(terminal, "t")


@walk()
def layout(stage: Stage) -> Stops:
    terminal = booked(stage)
    yield "divider-moved", _after(terminal, "f2", "L", "L", "L", "L", "J", "J")
    yield "tools-folded-away", _after(terminal, "f3", "z")
    yield "both-folded-away", _after(terminal, "f4", "z")
    _after(terminal, "0")
    yield "charts", _after(terminal, "f4", "f4", "c")
    yield "frozen", _after(terminal, "c", "space")


@walk()
def failures(stage: Stage) -> Stops:
    limited = rate_limited(20)
    provider = stage.provide(invalid_key(), limited, limited)
    terminal = stage.start(AGENT, provider=provider)
    terminal.type(f"{ASKED}\n")
    terminal.wait_for("not accepted")
    time.sleep(1)
    yield "key-refused", terminal
    terminal.type(f"{ASKED}\n")
    terminal.wait_for("retrying")
    time.sleep(1.5)
    yield "rate-limit", terminal
    away = stage.start(AGENT, "--base-url", "http://127.0.0.1:9/v1", provider=provider)
    away.type(f"{ASKED}\n")
    away.wait_for("retrying")
    time.sleep(1)
    yield "unreachable-retrying", away
    away.wait_for("failed", 200)
    time.sleep(1)
    yield "unreachable", away


@walk()
def first_starts(stage: Stage) -> Stops:
    yield "demo", stage.start()
    provider = stage.provide(Answer("Hello."))
    yield "empty", stage.start(AGENT, provider=provider)
    settings = stage.folder / ".config" / "streamtui"
    settings.mkdir(parents=True)
    (settings / "config.toml").write_text(f'[profiles.ollama]\nbase_url = "{provider.base_url}"\n')
    terminal = stage.start(AGENT)
    time.sleep(1.5)
    yield "local-server", terminal
    yield "model-window", _typed(terminal, "/model\n")
    _after(terminal, "escape")
    yield "model-chosen", _typed(terminal, "/model ollama\n")
    (stage.folder / "desks.py").write_text(DESKS)
    yield "several-agents", stage.start("desks.py", provider=provider, ready="Which agent?")
    (stage.folder / "broken.py").write_text("from agents import Agent\n\nagent = Agnet()\n")
    yield "broken-agent", stage.start("broken.py", provider=provider, ready="Agnet")


DESKS = """
from agents import Agent

billing = Agent(name="Billing Desk", instructions="billing")
support = Agent(name="Support Desk", instructions="support", handoffs=[billing])
"""


@walk()
def session_list(stage: Stage) -> Stops:
    terminal = booked(stage)
    yield "sessions-one", _after(terminal, "ctrl+o")
    _after(terminal, "escape", "ctrl+n")
    terminal.wait_for("idle")
    yield "sessions", _after(terminal, "ctrl+o")
    _typed(terminal, "/")
    yield "sessions-search", _typed(terminal, "jacket")
    _after(terminal, "ctrl+u")
    yield "sessions-search-nothing", _typed(terminal, "/zebra")
    _after(terminal, "ctrl+u", "f2")
    yield "sessions-rename", terminal
    _after(terminal, "escape")
    _after(terminal, "ctrl+o")
    yield "sessions-deleted", _after(terminal, "delete")
    yield "sessions-trash", _after(terminal, "f8")


def _sizes(stage: Stage) -> Stops:
    size = f"{stage.cols}x{stage.rows}"
    terminal = stage.start(AGENT, provider=stage.provide(*trip()))
    yield f"size-{size}-empty", terminal
    terminal.type(f"{ASKED}\n")
    terminal.wait_for("May ")
    time.sleep(1)
    yield f"size-{size}-approval", terminal
    terminal.answer("y", "jacket")
    time.sleep(1)
    yield f"size-{size}", terminal
    yield f"size-{size}-menu", _typed(terminal, "/")
    _after(terminal, "ctrl+u")
    yield f"size-{size}-palette", _after(terminal, "ctrl+p")
    yield f"size-{size}-help", _after(terminal, "escape", "f1")
    yield f"size-{size}-sessions", _after(terminal, "escape", "ctrl+o")
    yield f"size-{size}-tools", _after(terminal, "escape", "f3")
    yield f"size-{size}-performance", _after(terminal, "f4")


def _add_sizes() -> None:
    for cols, rows in ((60, 20), (30, 8), (80, 24), (100, 30), (200, 60)):
        WALKS.append(Walk(f"size-{cols}x{rows}", cols, rows, _sizes))


_add_sizes()

COLD: dict[str, str | None] = dict.fromkeys(
    ("PYTHONPATH", "TEST_WORKER_PYTHON", "TEST_WARM_WORKERS")
)
"""What doctor looks at is the worker's real process."""

COLOURS: dict[str, dict[str, str | None]] = {
    "16-colours": {"TERM": "xterm-16color", "COLORTERM": None},
    "no-colour": {"NO_COLOR": "1"},
}


@walk()
def colours(stage: Stage) -> Stops:
    for name, env in COLOURS.items():
        terminal = booked(stage, env=env)
        yield name, terminal
        yield f"{name}-tools", _after(terminal, "f3", "home", "enter")
        yield f"{name}-palette", _after(terminal, "ctrl+p")
        yield f"{name}-sessions", _after(terminal, "escape", "ctrl+o")
    terminal = booked(stage)
    for theme in ("textual-light", "nord", "solarized-light", "terminal-light"):
        yield f"theme-{theme}", _typed(terminal, f"/theme {theme}\n")
    yield "light-palette", _after(terminal, "ctrl+p")


@walk()
def plain_lines(stage: Stage) -> Stops:
    terminal = stage.start("--plain", AGENT, provider=stage.provide(*trip()), ready="help")
    terminal.type(f"{ASKED}\n")
    terminal.wait_for("book_seat")
    time.sleep(1)
    yield "plain-question", terminal
    terminal.type("y\n")
    terminal.wait_for("jacket")
    time.sleep(1)
    yield "plain", terminal


@walk()
def commands(stage: Stage) -> Stops:
    provider = stage.provide(Answer("1 2 3 4 5 6 7", usage=Usage(10, 13), pace=0.05))
    for name, *words in (
        ("doctor", "doctor", AGENT, "--no-call"),
        ("doctor-help", "doctor", "--help"),
        ("top-help", "--help"),
        ("config-show", "config", "show"),
        ("sessions-listed", "sessions", "list"),
        ("no-module", "docter"),
    ):
        terminal = stage.start(*words, provider=provider, ready="", env=COLD)
        terminal.exit_code()
        time.sleep(0.2)
        yield f"command-{name}", terminal


@walk(cols=140)
def replaying(stage: Stage) -> Stops:
    first = booked(stage)
    first.press("ctrl+q")
    first.exit_code()
    terminal = stage.start("replay", stage.last_session(), ready="Travel agent")
    time.sleep(2)
    yield "replay-playing", terminal
    yield "replay-paused", _after(terminal, "space")
    yield "replay-end", _after(terminal, "end")
    yield "replay-help", _after(terminal, "f1")
