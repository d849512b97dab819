"""A session as a web page: nothing in it can act, and it says what the screen says."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.journal.index.test_session_index import turn
from tui.core.sanitize.secrets import Masker
from tui.journal import SessionInfo
from tui.journal.html.html_export import POLICY, html_page
from tui.protocol.events import (
    Attachment,
    Event,
    RunStarted,
    TextDelta,
    ToolCalled,
    ToolFinished,
    ToolStarted,
)

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>" onload="x'
PNG = b"\x89PNG\r\n\x1a\n0000"


def page(*events: Event, title: str = "About apples", held: bool = False) -> str:
    info = SessionInfo(
        id="20261122-100000-beef", created=1000.0, changed=2000.0, agent="Ann", model="m",
        title=title, runs=1, events=len(events),
    )  # fmt: skip
    return "".join(html_page(info, [list(events)], Masker(), held=held))


class Elements(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def with_tool(**changes: object) -> list[Event]:
    begun, *rest = turn(1, "roll", "The **answer**.")
    fields = {"outcome": "ok", "output": "seventeen", **changes}
    return [
        begun,
        ToolCalled(at=1001, run="r1", tool_call="t", name="dice", arguments='{"n":20}', call="c1"),
        ToolStarted(at=1001, run="r1", tool_call="t", name="dice"),
        ToolFinished(at=1002, run="r1", tool_call="t", name="dice", **fields),  # type: ignore[arg-type]
        *rest,
    ]


def test_the_three_parts_are_there_with_what_was_said_called_and_measured() -> None:
    made = Elements(page(*with_tool()))
    for words in ("chat", "tool calls", "performance", "About apples", "You", "roll", "Ann"):
        assert words in made.text, words
    assert "→ seventeen" in made.text
    assert re.search(r"input\s*100", made.text)
    assert "$0.5000" in made.text
    assert [attributes for tag, attributes in made.tags if tag == "rect"]
    assert ("strong", {}) in made.tags


@pytest.mark.parametrize("where", ["prompt", "answer", "tool", "title", "link"])
def test_nothing_in_it_can_act(where: str) -> None:
    events = with_tool(output=HOSTILE if where == "tool" else "x")
    if where == "prompt":
        events[0] = RunStarted(at=1, run="r1", prompt=HOSTILE, entered_at=1, wall=1.0)
    words = {"answer": HOSTILE, "link": "[click](javascript:alert(1)) ![x](http://evil/x.png)"}
    if where in words:
        events = [
            TextDelta(at=1001, run="r1", call="c1", text=words[where])
            if isinstance(event, TextDelta)
            else event
            for event in events
        ]
    made = Elements(page(*events, title=HOSTILE if where == "title" else "t"))
    allowed = {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "h1",
        "p",
        "time",
        "main",
    }
    allowed |= {"section", "h2", "h3", "h4", "div", "span", "details", "summary", "pre", "svg"}
    allowed |= {"rect", "table", "tr", "th", "td", "dl", "dt", "dd", "footer", "strong"}
    links = {attributes.get("href") for tag, attributes in made.tags if tag == "a"}
    assert links == ({"http://evil/x.png"} if where == "link" else set())
    allowed |= {"a"} if where == "link" else set()
    assert {tag for tag, _ in made.tags} <= allowed
    names = {name for _, attributes in made.tags for name in attributes}
    assert not {name for name in names if name.startswith("on")}
    assert "style" not in names


def test_the_policy_lets_nothing_in_but_its_own_style_and_pictures() -> None:
    text = page(*with_tool())
    assert f'content="{POLICY}"' in text
    assert POLICY.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in POLICY
    assert "http" not in re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL).replace(
        "http-equiv", ""
    )


def test_pictures_are_in_the_file_and_other_files_are_named() -> None:
    pictures = (
        Attachment(media_type="image/png", data=PNG, name="a.png"),
        Attachment(media_type="image/svg+xml", data=b"<svg onload=x>", name="b.svg"),
    )
    made = Elements(page(*with_tool(attachments=pictures)))
    sources = [attributes["src"] or "" for tag, attributes in made.tags if tag == "img"]
    assert [source[:22] for source in sources] == ["data:image/png;base64,"]
    assert "b.svg" in made.text


def test_a_key_in_pieces_is_masked() -> None:
    events = [
        piece
        for event in with_tool()
        for piece in (
            [
                TextDelta(at=1001, run="r1", call="c1", text="sk-abcdefgh"),
                TextDelta(at=1001, run="r1", call="c1", text="ijklmnopqrst"),
            ]
            if isinstance(event, TextDelta) and "The" in event.text
            else [event]
        )
    ]
    text = page(*events)
    assert "sk-•••" in text
    assert "efghijkl" not in text


def test_a_killed_turn_is_cut_off_and_a_running_one_is_not() -> None:
    half = turn(1, "hello", "half an answer")[:4]
    assert "the dashboard ended here" in page(*half)
    assert "the dashboard ended here" not in page(*half, held=True)


def test_an_empty_session_makes_a_page_too() -> None:
    assert "Nothing was said." in page()


def test_the_style_sheet_is_in_the_package() -> None:
    import tui.journal.html

    folder = Path(tui.journal.html.__file__).parent
    style = (folder / "exported_page.css").read_text()
    assert "prefers-color-scheme: dark" in style
    assert "url(" not in style
    assert "@import" not in style
