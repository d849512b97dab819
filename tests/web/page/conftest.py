"""Drives the page in Debian's Chromium, as a person does. Skipped where there is none."""

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.support.patience import PATIENCE
from tests.web.conftest import Service

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")


class Open(Protocol):
    """Open the page of a service. ``phone``: a small screen, with touch."""

    def __call__(self, service: Service, *, address: str = "", phone: bool = False) -> "Page": ...


# Playwright keeps an event loop in this thread while it runs, so it ends with each module.
@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    driver = pytest.importorskip("playwright.sync_api", reason="make web installs playwright")
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no chromium: apt install chromium")
    with driver.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(browser: "Browser") -> Iterator[Open]:
    """Fails if the page reports an error or breaks its content policy."""
    wrong: list[str] = []
    contexts = []

    def start(service: Service, *, address: str = "", phone: bool = False) -> "Page":
        size = {"width": 390, "height": 760} if phone else {"width": 1280, "height": 800}
        context = browser.new_context(viewport=size, has_touch=phone)
        context.set_default_timeout(PATIENCE * 1000)
        contexts.append(context)
        opened = context.new_page()
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.on(
            "console",
            lambda line: (
                wrong.append(line.text) if "Content Security Policy" in line.text else None
            ),
        )
        opened.goto(f"{address or service.url}/#token={service.token}")
        return opened

    yield start
    for context in contexts:
        context.close()
    assert wrong == []
