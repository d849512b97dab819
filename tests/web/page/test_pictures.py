"""The page and the dashboard in Chromium; with PICTURES=FOLDER their pictures are kept there."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.patience import wait_until
from tests.support.provider import Answer, Provide, ToolCall
from tests.web.conftest import Serve
from tests.web.page.conftest import Open
from tests.web.page.test_page import said, see, see_state

if TYPE_CHECKING:
    from playwright.sync_api import Page

ANSWER = """\
The sum is **42**.

| step | value |
|---|--:|
| first | 20 |
| second | 22 |

```python
print(20 + 22)
```
"""


def picture(page: "Page", name: str) -> int:
    """Its size in bytes."""
    folder = os.environ.get("PICTURES")
    path = Path(folder) / f"{name}.png" if folder else None
    return len(page.screenshot(path=path))


def test_the_page_in_both_colours_and_on_a_phone(
    serve: Serve, provide: Provide, page: Open
) -> None:
    provider = provide(
        Answer("Let me add them.", tool_calls=[ToolCall("add", {"a": 20, "b": 22})]),
        Answer(ANSWER, pace=0.01, first_after=0.2),
    )
    service = serve(provider=provider)
    it = page(service)
    said(it, "What is 20 + 22? Trả lời bằng một bảng.")
    see_state(it, "ready")
    it.locator(".call summary").click()
    see(it, "add", "#waterfall")
    assert picture(it, "page-light") > 10_000
    it.emulate_media(color_scheme="dark")
    assert picture(it, "page-dark") > 10_000
    it.set_viewport_size({"width": 390, "height": 760})
    assert picture(it, "page-phone") > 5_000


def test_the_dashboard_in_a_browser_takes_keys_and_survives_a_reload(
    serve: Serve, provide: Provide, page: Open
) -> None:
    provider = provide(
        Answer("Let me add them.", tool_calls=[ToolCall("add", {"a": 20, "b": 22})]),
        Answer(ANSWER),
        Answer("second answer"),
    )
    service = serve("--dashboard", provider=provider)
    it = page(service)
    it.goto("about:blank")
    it.goto(f"{service.url}/dashboard#token={service.token}")
    it.locator(".xterm-screen").wait_for()
    it.locator("body.-first-byte").wait_for()
    # Keys go to a dashboard that is painted; what it shows is a canvas, so the provider is asked.
    wait_until(lambda: asked(it, "add them", 2, provider), "the dashboard takes keys")
    it.wait_for_timeout(1000)
    assert picture(it, "dashboard-in-browser") > 10_000
    it.reload()
    it.locator("body.-first-byte").wait_for()
    wait_until(lambda: asked(it, "again", 3, provider), "the same dashboard takes keys")
    assert "add them" in str(provider.requests[-1].items)


def asked(page: "Page", text: str, requests: int, provider: object) -> bool:
    """Type until the provider has got so many requests."""
    got = len(provider.requests)  # type: ignore[attr-defined]
    if got < requests - (2 if requests == 2 else 1):
        return False
    focused = "document.activeElement?.matches('textarea')"
    if page.evaluate(focused) and not page.evaluate("window.typed"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        page.evaluate("window.typed = true")
    return got >= requests
