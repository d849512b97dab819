"""Pictures of a page that shows every element; UPDATE_SNAPSHOTS=1 renews them."""

import os
from pathlib import Path

import pytest

from tests.dashboard.transcript.hosting import Host, settled
from tests.dashboard.transcript.page import converse

FOLDER = Path(__file__).parent / "snapshots"


@pytest.mark.parametrize("width", [160, 100, 60])
@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_every_element_looks_as_it_did(width: int, theme: str) -> None:
    app = Host()
    async with app.run_test(size=(width, 110 if width > 60 else 135)) as pilot:
        app.theme = f"textual-{theme}"
        converse(app.transcript)
        await settled(pilot, app.transcript)
        picture = app.export_screenshot(title="transcript", simplify=True)
    kept = FOLDER / f"page-{width}-{theme}.svg"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        kept.write_text(picture, encoding="utf-8")
    assert picture == kept.read_text(encoding="utf-8"), f"compare with {kept}"
