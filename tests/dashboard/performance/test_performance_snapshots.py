"""Snapshots of the pane after an eventful session. Update them with UPDATE_SNAPSHOTS=1 pytest …"""

import os
from pathlib import Path

import pytest

from tests.core.metrics.story import MS, Story
from tests.dashboard.performance.host import Host, session
from tui.protocol import events

FOLDER = Path(__file__).parent / "snapshots"


def eventful() -> Story:
    """Errors, retries, parallel tools, a nested agent, and a handoff at the end."""
    bard = Story("bard", start=20_000).begins(10, prompt="Sing of it").calls(20, "b1")
    bard.tries(20, "b1").connects(50, "b1").says(420, "{}", "b1")
    bard.uses(430, output=9, input=120, call="b1").ends(430, "b1")
    bard.adds(
        events.AgentChanged(
            at=20_440 * MS, run="bard", agent="Bard", previous="Game Master", reason="handoff"
        )
    )
    bard.calls(450, "b2", agent="Bard").tries(450, "b2").connects(470, "b2")
    bard.streams(range(700, 1500, 20), "la ", "b2").uses(1500, output=40, input=140, call="b2")
    return session().adds(*bard.ends(1500, "b2").finishes(1510).events)


@pytest.mark.parametrize(
    ("name", "size", "keys"),
    [
        ("glance", (40, 10), []),
        ("side", (60, 40), []),
        ("maximised", (160, 50), []),
        ("waterfall", (80, 30), ["left"]),
        ("charts", (100, 45), ["c"]),
    ],
)
async def test_the_pane_matches_its_snapshot(
    name: str, size: tuple[int, int], keys: list[str]
) -> None:
    app = Host(eventful().figures())
    async with app.run_test(size=size) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        picture = app.export_screenshot(title=name, simplify=True)
    kept = FOLDER / f"{name}.svg"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        kept.write_text(picture, encoding="utf-8")
    assert picture == kept.read_text(encoding="utf-8"), f"compare with {kept}"
