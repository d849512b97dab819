"""A session exported as HTML, in Chromium: light and dark, on a phone, with its policy in force."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journal.test_html_export import HOSTILE, page, with_tool

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_is_readable_and_nothing_in_it_acts(
    browser: "Browser", tmp_path: Path, scheme: str, width: int
) -> None:
    file = tmp_path / "session.html"
    wide = f"{HOSTILE} {'unbroken' * 60}"
    file.write_text(page(*with_tool(output=wide), title=HOSTILE), encoding="utf-8")
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 800},
    )
    wrong: list[str] = []
    asked: list[str] = []
    try:
        opened = context.new_page()
        opened.on("console", lambda line: wrong.append(line.text))
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.on("dialog", lambda dialog: wrong.append(dialog.message))
        opened.on("request", lambda request: asked.append(request.url))
        opened.goto(file.as_uri())
        opened.locator("summary", has_text="dice").click()
        opened.locator("pre", has_text="unbroken").wait_for(state="visible")
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        ground = opened.evaluate("getComputedStyle(document.body).backgroundColor")
        brightness = sum(int(part) for part in ground[4:-1].split(","))
        assert (brightness < 200) is (scheme == "dark"), ground
        bars = opened.locator(".waterfall rect")
        assert bars.count() > 0
        assert opened.evaluate(
            "getComputedStyle(document.querySelector('.waterfall rect')).fill"
        ) != ("rgb(0, 0, 0)"), "its style sheet is refused"
    finally:
        context.close()
    assert wrong == []
    assert asked == [file.as_uri()]
