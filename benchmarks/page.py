"""The page in Chromium while a long answer streams: gaps between its frames.

An answer of 20,000 deltas of Markdown, first at 200 a second (its first 1,000), then at full speed;
before both, the same page with nothing to do. Prints the gaps' percentiles in ms.
Needs playwright and chromium: make web installs the first. Run: python -m benchmarks.page
"""

import argparse
import shutil
import tempfile
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from benchmarks.web import AGENT, running
from tests.support.provider import Answer, Provider

if TYPE_CHECKING:
    from playwright.sync_api import Page

WATCH = """
() => {
    window.gaps = [];
    let last = performance.now();
    const step = (now) => {
        window.gaps.push(now - last);
        last = now;
        requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
}
"""
PARTS = ["Some **bold** words ", "and `code`, ", "then a [link](https://example.org/x). "]


def deltas(number: int) -> list[str]:
    """Paragraphs, lists and code, as a model writes them."""
    made = []
    for index in range(number):
        if index % 60 == 59:
            made.append("\n\n" if index % 180 else "\n\n```python\nprint(1)\n```\n\n- item\n")
        else:
            made.append(PARTS[index % len(PARTS)])
    return made


def gaps_while(page: "Page", text: str | None) -> list[float]:
    """Send a message and wait for its end, or do nothing for two seconds."""
    page.evaluate(WATCH)
    if text is None:
        page.wait_for_timeout(2_000)
    else:
        page.get_by_label("Message", exact=True).fill(text)
        page.keyboard.press("Enter")
        page.locator("#cancel").wait_for()
        page.locator("#cancel").wait_for(state="hidden", timeout=600_000)
    return sorted(page.evaluate("window.gaps.slice(1)"))


def report(name: str, gaps: list[float]) -> None:
    def at(share: float) -> float:
        return gaps[min(len(gaps) - 1, int(share * len(gaps)))]

    print(f"{name:24} {len(gaps):6} {at(0.5):8.1f} {at(0.95):8.1f} {at(0.99):8.1f} {gaps[-1]:8.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deltas", type=int, default=20_000)
    arguments = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    text = deltas(arguments.deltas)
    answers = [Answer(deltas=text[:1_000], pace=0.005), Answer(deltas=text)]
    with (
        tempfile.TemporaryDirectory() as folder,
        Provider(*answers) as provider,
        running(
            "tui", "serve", f"{AGENT}:agent", "--port", "0", "--quiet",
            folder=folder, base_url=provider.base_url,
        ) as service,
        sync_playwright() as playwright,
    ):  # fmt: skip
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        token = service.http.headers["authorization"].removeprefix("Bearer ")
        page.goto(f"{service.http.base_url}/#token={token}")
        page.locator("#state:text('ready')").wait_for(timeout=120_000)
        print(f"{'gaps in ms':24} {'frames':>6} {'p50':>8} {'p95':>8} {'p99':>8} {'longest':>8}")
        report("idle", gaps_while(page, None))
        report("200 deltas/s", gaps_while(page, "slow"))
        report("full speed", gaps_while(page, "fast"))
        shown = page.evaluate("document.querySelectorAll('.answer')[1].innerText.length")
        print(f"characters on the page: {shown:,}")
        browser.close()


if __name__ == "__main__":
    main()
