"""What is to be seen: each scene plays on the program until its picture can be taken."""

import time
from collections.abc import Callable
from typing import NamedTuple

from tests.support.provider import Answer, ToolCall, Usage
from tests.support.terminal import Terminal
from tour.stage import AGENT, Stage

Play = Callable[[Stage], Terminal]


class Scene(NamedTuple):
    """A picture: its file's name, what it shows, the terminal's size, and how to get there."""

    name: str
    shows: str
    cols: int
    rows: int
    play: Play


SCENES: list[Scene] = []


def scene(shows: str, cols: int = 120, rows: int = 34) -> Callable[[Play], Play]:
    """Add the function to the scenes; its name is the picture's."""

    def add(play: Play) -> Play:
        name = play.__name__.replace("_", "-")
        SCENES.append(Scene(name, shows, cols, rows, play))
        return play

    return add


TOWNS = {"origin": "Berlin", "destination": "München"}
ANSWER = """\
The **ICE 705** leaves Berlin at 09:04 and is in München at 12:58.

| train | leaves | arrives | seat |
|---|---|---|---|
| ICE 705 | 09:04 | 12:58 | 41 |

It will be clear there, 11 °C: take a jacket.
"""
QUESTION = "May Travel agent run"
ASKED = "Book me a train from Berlin to München tomorrow morning."


def trip() -> list[object]:
    """What the model says about a trip: two calls at once, one that asks, and the answer."""
    return [
        Answer(
            reasoning="Trains first, and the weather there: both can be looked up at once.",
            tool_calls=[
                ToolCall("find_trains", TOWNS), ToolCall("check_weather", {"town": "München"}),
            ],
            usage=Usage(412, 61), pace=0.02, first_after=0.4,
        ),
        Answer(
            tool_calls=[ToolCall("book_seat", {"train": "ICE 705", "seat": "41", "price": 39.9})],
            usage=Usage(603, 28), pace=0.02, first_after=0.3,
        ),
        Answer(ANSWER, usage=Usage(688, 94), pace=0.02, first_after=0.35),
    ]  # fmt: skip


def asked(stage: Stage, env: dict[str, str | None] | None = None) -> Terminal:
    """The trip is asked for."""
    terminal = stage.start(AGENT, provider=stage.provide(*trip()), env=env)
    terminal.type(f"{ASKED}\n")
    return terminal


def booked(stage: Stage, env: dict[str, str | None] | None = None) -> Terminal:
    """The trip is planned, and its turn has ended."""
    terminal = asked(stage, env)
    _approve(terminal)
    terminal.wait_for("take a jacket")
    terminal.wait_for("idle")
    time.sleep(0.5)
    return terminal


def _approve(terminal: Terminal) -> None:
    terminal.wait_for(QUESTION)
    time.sleep(1)
    terminal.answer("y", "ICE 705")


@scene("A finished turn: reasoning, three tool calls, the answer, and where the time went")
def dashboard(stage: Stage) -> Terminal:
    return booked(stage)


@scene("A tool call that waits for a person's approval")
def approval(stage: Stage) -> Terminal:
    terminal = asked(stage)
    terminal.wait_for(QUESTION)
    time.sleep(1)
    return terminal


@scene("The first look: the demo, before anything is asked")
def start(stage: Stage) -> Terminal:
    return stage.start()


@scene("An answer while it streams", cols=160, rows=44)
def streaming(stage: Stage) -> Terminal:
    terminal = stage.start()
    terminal.type("tell me a story\n")
    terminal.wait_for("Storyteller")
    time.sleep(4)
    return terminal


@scene("A reset connection: what was said is kept, and the attempt after it continues")
def retry(stage: Stage) -> Terminal:
    terminal = stage.start()
    terminal.type("fault reset\n")
    terminal.wait_for("retrying")
    time.sleep(0.4)
    return terminal


@scene("A key that is refused: what happened and what to do")
def refused(stage: Stage) -> Terminal:
    terminal = stage.start()
    terminal.type("fault auth\n")
    terminal.wait_for("failed")
    time.sleep(1)
    return terminal


@scene("The details of a tool call")
def tool_details(stage: Stage) -> Terminal:
    terminal = booked(stage)
    terminal.press("f3", "home", "enter")
    time.sleep(0.8)
    return terminal


@scene("Every figure of the turn and the session")
def performance(stage: Stage) -> Terminal:
    terminal = booked(stage)
    terminal.press("f4")
    time.sleep(0.3)
    terminal.press("f4")
    time.sleep(1.5)
    return terminal


@scene("Every command, found by a few letters")
def palette(stage: Stage) -> Terminal:
    terminal = booked(stage)
    terminal.press("ctrl+p")
    time.sleep(1.5)
    terminal.type("ex")
    time.sleep(0.8)
    return terminal


@scene("Help: all keys")
def help_screen(stage: Stage) -> Terminal:
    terminal = stage.start()
    terminal.press("f1")
    time.sleep(1)
    return terminal


@scene("Sessions, to open again")
def sessions(stage: Stage) -> Terminal:
    terminal = booked(stage)
    terminal.press("ctrl+n")
    terminal.wait_for("idle")
    time.sleep(0.5)
    terminal.press("ctrl+o")
    time.sleep(1.5)
    return terminal


@scene("A narrow terminal", cols=60, rows=20)
def narrow(stage: Stage) -> Terminal:
    return booked(stage)


@scene("The light theme")
def light(stage: Stage) -> Terminal:
    terminal = booked(stage)
    terminal.type("/theme textual-light\n")
    time.sleep(1)
    return terminal


@scene("A session played again, with a bar to move through it")
def replay(stage: Stage) -> Terminal:
    first = booked(stage)
    first.press("ctrl+q")
    first.exit_code()
    terminal = stage.start("replay", stage.last_session(), ready="Travel agent")
    time.sleep(3)
    return terminal


def _of_model(request: object) -> object:
    model = request.body["model"]  # type: ignore[attr-defined]
    words = ANSWER if model == "gpt-5-mini" else ANSWER.replace("take a jacket", "pack a jacket")
    pace = 0.03 if model == "gpt-5-mini" else 0.045
    return Answer(words, usage=Usage(412, 94), pace=pace, first_after=0.3)


@scene("Two models side by side", cols=140)
def compare(stage: Stage) -> Terminal:
    provider = stage.provide_by(_of_model)
    terminal = stage.start(
        "compare", AGENT, "--model", "gpt-5-mini", "--model", "gpt-5",
        provider=provider, ready="side by side",
    )  # fmt: skip
    terminal.type(f"{ASKED}\n")
    terminal.wait_for("pack a jacket")
    time.sleep(1.5)
    return terminal


@scene("A turn from the question to the answer", cols=110, rows=30)
def tour(stage: Stage) -> Terminal:
    """Recorded, not only looked at."""
    terminal = _asked_slowly(stage)
    _approve(terminal)
    terminal.wait_for("take a jacket")
    time.sleep(2)
    return terminal


def _asked_slowly(stage: Stage) -> Terminal:
    terminal = stage.start(AGENT, provider=stage.provide(*trip()))
    time.sleep(0.5)
    stage.recorded_from = time.monotonic_ns()
    for letter in ASKED:
        terminal.type(letter)
        time.sleep(0.02)
    terminal.press("enter")
    return terminal


RECORDED = {"tour"}
"""Scenes whose pictures move."""
