"""A dashboard with something of everything on its screen, and what is painted there."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from rich.segment import Segment

from tests.dashboard.test_main_screen import Desk, desk, finished, loaded, said, started
from tui.protocol import events
from tui.protocol.events import Event

MARKDOWN = """# Heading

## Minor heading

Plain **strong** *emphasis* ~~strike~~ `code` [link](http://example.test) and the needle.

> quoted text

- bullet

| head | two |
|---|---|
| cell | 42 |

```python
# comment
def function(number: int = 42) -> str:
    return "string" + str(number)
```

---

needle, twice
"""


def everything() -> tuple[Event, ...]:
    """Messages, reasoning, calls in every state, a failure."""
    problem = events.Problem(kind="server", message="it broke", advice="Try later.", detail="body")
    return (
        *started(prompt="a question"),
        events.ReasoningDelta(at=5, run="r1", call="c1", text="thinking about it"),
        said(MARKDOWN),
        *(
            event
            for number, outcome in enumerate(("ok", "error", "cancelled", "rejected", "unknown"))
            for event in _call(f"t{number}", outcome)
        ),
        events.ToolCalled(at=6, run="r1", tool_call="t9", name="runs", arguments='{"n": 1}'),
        events.ToolStarted(at=7, run="r1", tool_call="t9"),
        events.ApprovalRequested(
            at=8, run="r1", tool_call="t8", name="asks", arguments='{"path": "/etc"}'
        ),
        events.AttemptFailed(at=9, run="r1", call="c1", problem=problem),
        finished("failed", problem=problem),
    )


def _call(key: str, outcome: str) -> Iterator[Event]:
    yield events.ToolCalled(at=6, run="r1", tool_call=key, name=f"tool_{outcome}", arguments="{}")
    yield events.ToolStarted(at=7, run="r1", tool_call=key)
    yield events.ToolFinished(at=8, run="r1", tool_call=key, outcome=outcome, output="result")  # type: ignore[arg-type]


@asynccontextmanager
async def busy_desk(theme: str = "", size: tuple[int, int] = (150, 60)) -> AsyncIterator[Desk]:
    """With this theme; "" leaves the one that was chosen."""
    async with desk(size) as it:
        if theme:
            it.app.theme = theme
        await it.feed(*loaded(), *everything())
        it.app.main.chat.transcript.toggle_reasoning()
        await it.pilot.pause(0.1)
        yield it


def painted(it: Desk) -> Iterator[tuple[int, Segment]]:
    """What is on the screen now, row by row, after all filters; what is behind a card is not."""
    screen = it.app.screen
    front = [screen.region]
    if screen is not it.app.main:
        front = [widget.region for widget in screen.children]
    for y, strip in enumerate(screen._compositor.render_strips()):
        shown = strip
        for line_filter in it.app.get_line_filters():
            shown = shown.apply_filter(line_filter, screen.background_colors[1])
        x = 0
        for segment in shown:
            if any(region.contains(x, y) for region in front):
                yield y, segment
            x += segment.cell_length
