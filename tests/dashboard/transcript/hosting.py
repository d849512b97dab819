"""A small app around one transcript, and how to wait until it has shown everything."""

from itertools import chain
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from tui.dashboard.messages import Copied, HitsChanged, LinkClicked
from tui.dashboard.terminal.legible_colours import LegibleColours
from tui.dashboard.transcript import Transcript
from tui.dashboard.transcript.drawn_line import line_text
from tui.dashboard.transcript.pieces import Piece
from tui.dashboard.transcript.render import piece_lines
from tui.dashboard.transcript.splitter import LIMITS, Limits, Splitter
from tui.dashboard.transcript.styles import PLAIN

STYLES = Path(__file__).parents[3] / "styles.tcss"


class Host(LegibleColours, App[None]):
    """Shows one transcript and keeps the messages that it posts."""

    CSS_PATH = STYLES

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[Message] = []
        self.transcript = Transcript()
        self.rung = False

    def compose(self) -> ComposeResult:
        yield self.transcript

    def on_mount(self) -> None:
        self.transcript.focus()

    async def action_bell(self) -> None:
        self.rung = True

    def on_copied(self, message: Copied) -> None:
        self.posted.append(message)

    def on_hits_changed(self, message: HitsChanged) -> None:
        self.posted.append(message)

    def on_link_clicked(self, message: LinkClicked) -> None:
        self.posted.append(message)


async def settled(pilot: Pilot[Any], transcript: Transcript) -> None:
    """Wait until the transcript has no frame outstanding and the screen is painted."""
    await pilot.pause()
    while not transcript.is_settled:
        await pilot.pause(0.001)
    await pilot.pause()


def screen_lines(transcript: Transcript) -> list[str]:
    """What the transcript shows, line by line, without the gutter."""
    height = transcript.size.height
    return [transcript.render_line(y).text[2:].rstrip() for y in range(height)]


def screen_text(transcript: Transcript) -> str:
    return "\n".join(screen_lines(transcript))


def drawn(text: str, width: int = 60, cut: int = 1 << 30, limits: Limits = LIMITS) -> list[str]:
    """The lines of a message that came in pieces of a length."""
    splitter = Splitter(limits)
    pieces: list[Piece] = []
    for start in range(0, len(text), cut):
        splitter.feed(text[start : start + cut])
        pieces += chain.from_iterable(splitter.advance())
    pieces += chain.from_iterable(splitter.finish())
    env = splitter.definitions.env
    return [line_text(line) for piece in pieces for line in piece_lines(piece, width, PLAIN, env())]


def paragraphs(count: int, start: int = 0) -> str:
    return "".join(f"Paragraph {n} of many.\n\n" for n in range(start, start + count))


async def long_answer(pilot: Pilot[Any], transcript: Transcript, count: int = 100) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", paragraphs(count))
    await settled(pilot, transcript)
