"""The waterfall of a turn: a bar for everything that took time, drawn to scale."""

from collections.abc import Sequence

from rich.cells import cell_len

from tui.core.formatting import NOT_KNOWN, SECOND
from tui.core.metrics import PARTS, Bar, Span, TurnFigures
from tui.core.metrics.figure_text import TIME, share_text, sign, time_text, turn_time
from tui.core.metrics.waterfall_bars import bar_label, joined_bars, part_name
from tui.dashboard.fitted_text import fitted
from tui.dashboard.performance.figure_tables import heading, wrapped
from tui.dashboard.performance.styled_lines import ALERT, QUIET, STRONG, Line, Piece

MOST_BARS = 24

_NARROWEST, _WIDEST = 10, 26
_DEEPEST = 4
"""Spans further inside are not indented further."""

_SHAPES: dict[Bar, tuple[str, str]] = {
    "tool": ("▓", "$warning-border"),
    "decode": ("█", "$prompt-border"),
    "stall": ("!", "$error-border"),
    "wait": ("▒", "$text-secondary"),
    "connect": ("░", "$text-secondary"),
    "prepare": (":", "$foreground-muted"),
    "backoff": ("┅", "$error-border"),
    "approval": ("?", "$text-accent"),
    "queue": ("·", "$foreground-muted"),
    "runner": (" ", ""),
    "span": ("─", "$foreground-muted"),
}
"""Character and colour of each part, and of spans, which are in no sum.

The characters differ for terminals without colours.
"""


def waterfall(turn: TurnFigures, of: int, width: int) -> list[Line]:
    """The turn's prompt, its longest part, its bars and the sums of its parts."""
    running = turn.outcome == "open"
    took = f"{turn_time(turn)} so far" if running else f"E2E {turn_time(turn)}"
    took += ", taken back" * turn.taken_back
    title = heading(f"turn {turn.number} of {of}", took)
    lines: list[Line] = [title]
    if turn.prompt:
        lines.append(((fitted(turn.prompt, width), QUIET),))
    if turn.longest:
        verb = "is" if running else "was"
        share, what = share_text(turn.longest_share), f"{verb} {_the(turn.longest)}"
        text = f"{share} of this turn {what}"
        if cell_len(text) > width:
            text = f"{share} {what}"
        lines.append(((fitted(text, width), STRONG),))
    if turn.given_up:
        text = f"{turn.given_up} cut off and not recovered"
        lines.append(((fitted(text, width), ALERT),))
    lines += _bars(turn, width)
    return [*lines, *_sums(turn, width)]


def _the(longest: str) -> str:
    return f"the {longest}" if longest.startswith("tool ") else longest


def _bars(turn: TurnFigures, width: int) -> list[Line]:
    bars = joined_bars(turn.spans)
    shown = bars[-MOST_BARS:]
    label = min(_WIDEST, max(_NARROWEST, *(cell_len(_label(bar)) for bar in shown))) if shown else 0
    label = min(label, width // 3)
    room = width - label - TIME - 2
    lines = [_bar(bar, turn, label, room) for bar in shown]
    hidden = len(bars) - len(shown)
    return [((f"{hidden} earlier ones are not shown", QUIET),), *lines] if hidden else lines


def _label(bar: Sequence[Span]) -> str:
    first = bar[0]
    indent = " " if first.parent and first.part not in {"backoff", "queue"} else ""
    deeper = " " * min(first.depth, _DEEPEST) if first.part == "span" else ""
    return f"{indent}{deeper}{bar_label(bar)}"


def _bar(bar: Sequence[Span], turn: TurnFigures, label: int, room: int) -> Line:
    failed = any(span.outcome in {"error", "unknown"} for span in bar)
    pieces: list[Piece] = [(fitted(_label(bar), label), ALERT if failed else ""), " "]
    at = 0
    for span in bar:
        start, end = _columns(span, turn, room)
        start = max(start, at)
        end = max(end, start + 1) if start < room else start
        shape, style = _SHAPES[span.part]
        pieces += [" " * (start - at), (shape * (end - start), style)]
        at = end
    took = (max(span.end for span in bar) - bar[0].start) / SECOND
    qualities = {span.quality for span in bar}
    about = sign("estimated") if "estimated" in qualities else ""
    time = NOT_KNOWN if "unavailable" in qualities else about + time_text(took)
    pieces += [" " * (room - at), (f"{time:>{TIME + 1}}", "")]
    return tuple(piece for piece in pieces if piece not in {"", ("", "")})


def _columns(span: Span, turn: TurnFigures, room: int) -> tuple[int, int]:
    whole = max(turn.end - turn.start, 1)
    start = (span.start - turn.start) * room // whole
    end = -(-(span.end - turn.start) * room // whole)
    return min(max(start, 0), room - 1), min(end, room)


def _sums(turn: TurnFigures, width: int) -> list[Line]:
    """The parts that took any time; their sum is E2E, or the least that it was."""
    pieces: list[Piece] = [] if turn.e2e.known else [("at least ", QUIET)]
    first = len(pieces)
    for part in reversed(PARTS):
        if turn.parts.of(part):
            shape, style = _SHAPES[part]
            gap = "  " if len(pieces) > first else ""
            pieces += [
                (f"{gap}{shape} ".replace("   ", "  "), style),
                (f"{part_name(part)} ", QUIET),
                time_text(turn.parts.of(part) / SECOND),
            ]
    return wrapped(pieces, width) if len(pieces) > first else []
