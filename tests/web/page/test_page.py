"""The page, used as a person uses it: with a keyboard, a mouse, a phone, a bad connection."""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.cut_proxy import CutProxy
from tests.support.patience import wait_until
from tests.support.provider import Answer, Gate, HttpError, Provide, ToolCall, invalid_key
from tests.web.conftest import CODE, Serve
from tests.web.page.conftest import Open

if TYPE_CHECKING:
    from playwright.sync_api import Page

GREETING = "Xin chào thế giới, 你好 👩‍💻"


def said(page: "Page", text: str) -> None:
    """Send a message; its run has begun then."""
    before = page.locator(".user:not(.unsent)").count()
    page.get_by_label("Message", exact=True).fill(text)
    page.keyboard.press("Enter")
    page.locator(".user:not(.unsent)").nth(before).wait_for()


def see(page: "Page", text: str, inside: str = "#log") -> None:
    page.wait_for_function(
        "([inside, text]) => document.querySelector(inside)?.innerText.includes(text)",
        arg=[inside, text],
    )


def see_state(page: "Page", text: str) -> None:
    see(page, text, "#state")


def test_text_streams_while_it_comes(serve: Serve, provide: Provide, page: Open) -> None:
    gate = Gate()
    provider = provide(Answer(deltas=[GREETING, " **end**"], gates={1: gate}))
    it = page(serve(provider=provider))
    said(it, GREETING)
    see(it, GREETING, ".user")
    see(it, GREETING, ".answer")
    see_state(it, "is answering")
    assert "end" not in it.locator(".answer").inner_text()
    gate.open()
    see_state(it, "ready")
    assert it.locator(".answer strong").inner_text() == "end"
    (request,) = provider.requests
    assert request.items[-1]["content"] == GREETING


def test_a_tool_call_opens_to_its_arguments_and_its_result(
    serve: Serve, provide: Provide, page: Open
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("add", {"a": 20, "b": 22})]), Answer("done"))
    it = page(serve(provider=provider))
    said(it, "add")
    see_state(it, "ready")
    it.locator(".call summary").click()
    see(it, '"a": 20', ".call")
    see(it, "42", ".call")
    see(it, "add", "#waterfall")
    see(it, "2 / 0", "#values")


def test_esc_cancels_and_the_next_message_continues(
    serve: Serve, provide: Provide, page: Open
) -> None:
    provider = provide(Answer(deltas=["partial", " never"], gates={1: Gate()}), Answer("second"))
    it = page(serve(provider=provider))
    said(it, "one")
    see(it, "partial")
    it.keyboard.press("Escape")
    see(it, "cancelled")
    see_state(it, "ready")
    said(it, "two")
    see(it, "second")
    assert it.locator(".answer").all_inner_texts()[0].endswith("partial")


def test_a_failure_is_shown_with_what_to_do_and_can_be_retried(
    serve: Serve, provide: Provide, page: Open
) -> None:
    it = page(serve(provider=provide(invalid_key(), Answer("at last"))))
    said(it, "hello")
    see_state(it, "failed")
    assert "The key was not accepted" in it.locator(".failed").inner_text()
    it.get_by_role("button", name="Retry").click()
    see(it, "at last")


def test_an_approval_is_asked_for_and_answered(serve: Serve, provide: Provide, page: Open) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("launch", {"target": "moon"})]),
        Answer("launched it"),
        Answer(tool_calls=[ToolCall("launch", {"target": "sun"})]),
        Answer("did not"),
    )
    it = page(serve(provider=provider))
    said(it, "launch")
    see(it, '"moon"', "#approvals")
    it.get_by_role("button", name="Approve", exact=True).click()
    see(it, "launched it")
    said(it, "and again")
    see(it, '"sun"', "#approvals")
    it.get_by_label("Reason").fill("too hot")
    it.get_by_role("button", name="Reject").click()
    see(it, "did not")
    assert "too hot" in json.dumps(provider.requests[-1].items)
    assert it.locator(".approval").count() == 0


def test_the_newest_message_stays_in_view_when_an_approval_takes_room(
    serve: Serve, provide: Provide, page: Open
) -> None:
    call = ToolCall("launch", {"target": "moon\n" * 20})
    it = page(serve(provider=provide(Answer("line\n\n" * 30), Answer(tool_calls=[call]))))
    said(it, "tell")
    see_state(it, "ready")
    said(it, "launch")
    it.locator(".approval").wait_for()
    it.wait_for_function(
        """() => {
            const [last] = [...document.querySelectorAll(".user")].slice(-1);
            const log = document.querySelector("#log").getBoundingClientRect();
            return last.getBoundingClientRect().bottom <= log.bottom + 1;
        }"""
    )


def test_a_reload_in_mid_stream_shows_everything_and_streams_further(
    serve: Serve, provide: Provide, page: Open
) -> None:
    gate = Gate()
    provider = provide(Answer(deltas=["before ", "after"], gates={1: gate}))
    it = page(serve(provider=provider))
    said(it, "go")
    see(it, "before")
    it.reload()
    see(it, "go", ".user")
    see(it, "before")
    gate.open()
    see(it, "before after")
    see_state(it, "ready")
    assert it.locator(".answer").count() == 1


def test_a_lost_connection_loses_and_repeats_nothing(
    serve: Serve, provide: Provide, page: Open
) -> None:
    words = [f"w{number} " for number in range(40)]
    gates = {10: Gate(), 25: Gate()}
    service = serve(provider=provide(Answer(deltas=words, gates=gates)))
    with CutProxy(service.url) as proxy:
        it = page(service, address=proxy.url)
        said(it, "count")
        see(it, "w9")
        proxy.cut(refuse=True)
        see(it, "connection is lost", "#notice")
        gates[10].open()
        it.wait_for_timeout(5000)
        proxy.accept()
        see(it, "w24")
        proxy.cut()
        gates[25].open()
        see_state(it, "ready")
        see(it, "w39")
        assert it.locator(".answer p").inner_text() == "".join(words).strip()
        it.wait_for_function("document.getElementById('notice').hidden")


def test_everything_can_be_done_with_the_keyboard(
    serve: Serve, provide: Provide, page: Open
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("launch", {"target": "moon"})]), Answer("first"), Answer("next")
    )
    it = page(serve(provider=provider))
    it.keyboard.type("launch")
    it.keyboard.press("Enter")
    see(it, '"moon"', "#approvals")
    it.get_by_role("button", name="Approve", exact=True).focus()
    it.keyboard.press("Enter")
    see(it, "first")
    it.locator(".call summary").focus()
    it.keyboard.press("Enter")
    see(it, "launched at moon", ".call")
    it.keyboard.press("Alt+n")
    it.keyboard.type("anew")
    it.keyboard.press("Shift+Enter")
    it.keyboard.type("line")
    it.keyboard.press("Enter")
    see(it, "next")
    assert provider.requests[-1].items[-1]["content"] == "anew\nline"
    it.keyboard.press("Alt+s")
    it.get_by_role("button", name=re.compile("^launch")).focus()
    it.keyboard.press("Enter")
    see(it, "first")


def test_a_session_is_deleted_after_a_second_click(
    serve: Serve, provide: Provide, page: Open
) -> None:
    it = page(serve(provider=provide(Answer("yes"))))
    said(it, "remember this")
    see_state(it, "ready")
    it.get_by_role("button", name="Sessions").click()
    remove = it.get_by_role("button", name="Delete remember this")
    remove.click()
    assert remove.inner_text() == "Really?"
    remove.click()
    see(it, "There is no session yet.", "#session-list")


def test_a_phone_shows_one_pane_at_a_time(serve: Serve, provide: Provide, page: Open) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 1})]), Answer("two"))
    it = page(serve(provider=provider), phone=True)
    said(it, "add")
    see_state(it, "ready")
    assert not it.locator("#calls").is_visible()
    it.get_by_role("tab", name="Tool calls").tap()
    assert it.locator(".call .name").inner_text() == "add"
    it.get_by_role("tab", name="Figures").tap()
    assert it.locator("#values").is_visible()
    widths = "[document.documentElement.scrollWidth, innerWidth]"
    inner, outer = it.evaluate(widths)
    assert inner <= outer


def test_a_wrong_token_is_asked_for_again(serve: Serve, page: Open) -> None:
    service = serve()
    it = page(service)
    it.goto("about:blank")
    it.goto(f"{service.url}/#token=wrong")
    it.get_by_role("textbox", name="Token").fill(service.token)
    it.keyboard.press("Enter")
    see_state(it, "ready")


def test_nothing_in_an_answer_becomes_html(serve: Serve, provide: Provide, page: Open) -> None:
    hostile = (
        "<img src=x onerror=alert(1)> <script>alert(2)</script>\n\n[a](javascript:alert(3)) "
        "![b](http://127.0.0.1:1/spy.png) [c](data:text/html,x) `<b>`\n\n"
        '| <i>x</i> |\n|---|\n| <a href="javascript:alert(4)">y</a> |\n'
    )
    it = page(serve(provider=provide(Answer(hostile))))
    asked: list[str] = []
    it.on("request", lambda request: asked.append(request.url))
    it.on("dialog", lambda dialog: asked.append(dialog.message))
    said(it, "<b>attack</b>")
    see_state(it, "ready")
    assert it.locator(".message img, .message script, .message b, .message i").count() == 0
    links = it.locator(".message a").evaluate_all("found => found.map(each => each.href)")
    assert links == ["http://127.0.0.1:1/spy.png"]
    assert it.locator(".user").inner_text() == "<b>attack</b>"
    assert "<script>alert(2)</script>" in it.locator(".answer").inner_text()
    assert not [url for url in asked if "spy" in url or "alert" in url]


HOSTILE = "<img src=x onerror=alert(1)><b>b</b>"


def test_nothing_around_an_answer_becomes_html(serve: Serve, provide: Provide, page: Open) -> None:
    """Names, arguments, results, reasons, titles, errors."""
    call = ToolCall("launch", {"target": HOSTILE})
    provider = provide(
        Answer(tool_calls=[call]), Answer("no"), HttpError(status=400, message=HOSTILE)
    )
    it = page(serve(provider=provider, agent=CODE.replace("Tester", HOSTILE)))
    asked: list[str] = []
    it.on("dialog", lambda dialog: asked.append(dialog.message))
    said(it, HOSTILE)
    see(it, HOSTILE, "#approvals")
    it.get_by_label("Reason").fill(HOSTILE)
    it.get_by_role("button", name="Reject").click()
    see_state(it, "ready")
    it.locator(".call summary").click()
    see(it, HOSTILE, ".call")
    said(it, "again")
    see_state(it, "failed")
    it.get_by_role("button", name="Sessions").click()
    see(it, HOSTILE, "#session-list")
    assert it.locator("img, b").count() == 0
    assert HOSTILE in it.locator("#agent").inner_text()
    assert asked == []


def test_an_agent_that_cannot_be_loaded_is_said_with_its_reason(serve: Serve, page: Open) -> None:
    it = page(serve(agent="import nothing_of_this_name"))
    see(it, "The agent cannot be loaded.", "#notice")
    see(it, "nothing_of_this_name", "#notice")
    see_state(it, "no agent")
    assert "Nothing has run yet." in it.locator("#figures").inner_text()
    it.get_by_label("Message", exact=True).fill("anyone?")
    it.keyboard.press("Enter")
    it.wait_for_function("() => location.hash !== ''")
    see(it, "nothing_of_this_name", "#notice")
    area = it.get_by_label("Message", exact=True)
    wait_until(lambda: area.input_value() == "anyone?", "the message is kept")
    assert it.locator(".user").count() == 0


def test_a_message_is_shown_while_the_agent_loads(serve: Serve, page: Open, tmp_path: Path) -> None:
    may_load = tmp_path / "may load"
    it = page(
        serve(
            agent=f"""
import pathlib, time
from agents import Agent
while not pathlib.Path({str(may_load)!r}).exists():
    time.sleep(0.05)
agent = Agent(name="Late")
"""
        )
    )
    it.get_by_label("Message", exact=True).fill("early")
    it.keyboard.press("Enter")
    see(it, "early", ".user.unsent")
    see_state(it, "loading")
    it.get_by_label("Message", exact=True).fill("too early")
    it.keyboard.press("Enter")
    see(it, "A run is open", "#notice")
    area = it.get_by_label("Message", exact=True)
    wait_until(lambda: area.input_value() == "too early", "the second message is kept")
    may_load.touch()
    see(it, "early", ".user:not(.unsent)")
    assert it.locator(".user").count() == 1


POLLS = "performance.getEntriesByType('resource').filter(one => one.name.includes('turns=')).length"


def test_figures_are_live_while_a_run_is_open_and_cost_little(
    serve: Serve, provide: Provide, page: Open
) -> None:
    """A request a second, without the figures of single turns; none when nothing runs."""
    gate = Gate()
    it = page(serve(provider=provide(Answer(deltas=["a " * 50, "b"], gates={1: gate}))))
    said(it, "go")
    it.wait_for_function("() => document.querySelector('#values').innerText.includes('ms')")
    it.wait_for_function(f"() => {POLLS} >= 3")
    before, began = it.evaluate(f"[{POLLS}, performance.now()]")
    it.wait_for_timeout(3_000)
    after, ended = it.evaluate(f"[{POLLS}, performance.now()]")
    assert after - before <= (ended - began) / 1_000 + 2
    gate.open()
    see_state(it, "ready")
    it.wait_for_timeout(1_500)
    idle = it.evaluate(POLLS)
    it.wait_for_timeout(2_500)
    assert it.evaluate(POLLS) == idle


PIECES = """
async ([text, seed]) => {
    const { MarkdownView, markdown } = await import("/page/markdown.js");
    const whole = document.createElement("div");
    markdown(whole, text);
    let state = seed;
    const below = (n) => (state = (state * 48271) % 2147483647) % n;
    for (let round = 0; round < 60; round += 1) {
        const root = document.createElement("div");
        const view = new MarkdownView(root);
        for (let at = 0; at < text.length; ) {
            const size = 1 + below(round % 2 ? 4 : 40);
            view.append(text.slice(at, at + size));
            at += size;
            if (below(3)) view.draw();
        }
        view.end();
        if (!root.isEqualNode(whole)) {
            root.normalize();
            whole.normalize();
            if (!root.isEqualNode(whole)) return root.innerHTML;
        }
    }
    return "";
}
"""
MARKDOWN = """\
# Title with `code`

A paragraph *with* **marks**, [a link](https://example.org/a_(b)), https://example.org.
second line  \nbroken line

- one
- two
  - nested **bold**
    continues

  after a blank line
- [x] done
- [ ] open

3. three
4. four
not a [link

> quote
> - list in quote
>> deeper

```python
def x():
    return "```"
```
after

| a | b \\| c |
|---|--:|
| 1 | *2* |
| 3

***
1. x
2) y
- - z
* * *
\\*not em\\* snake_case_name 2 * 3 ~~gone~~ <https://example.org/q> a<br>b
"""


def test_markdown_looks_the_same_however_it_is_cut_into_deltas(serve: Serve, page: Open) -> None:
    it = page(serve())
    long = MARKDOWN + "word " * 900 + "**bold** " + "tail " * 900
    for seed in (1, 2, 3):
        assert it.evaluate(PIECES, [MARKDOWN, seed]) == ""
    assert it.evaluate(PIECES, [long, 4]) == ""


def test_only_what_changed_is_drawn(serve: Serve, provide: Provide, page: Open) -> None:
    """The rule of the terminal: earlier blocks stay the same nodes while the answer grows."""
    gate = Gate()
    deltas = [*(f"paragraph {n}\n\n" for n in range(200)), "end"]
    it = page(serve(provider=provide(Answer(deltas=deltas, gates={150: gate}))))
    said(it, "long")
    see(it, "paragraph 149")
    it.evaluate(
        """() => {
            window.changed = 0;
            const watched = [...document.querySelectorAll(".answer p")].slice(0, 140);
            const watch = new MutationObserver((records) => { changed += records.length; });
            const what = { childList: true, characterData: true, subtree: true };
            for (const each of watched) watch.observe(each, what);
            window.first = watched[0];
        }"""
    )
    gate.open()
    see_state(it, "ready")
    assert it.evaluate("[window.changed, window.first.isConnected]") == [0, True]


def test_the_page_is_small() -> None:
    size = sum(
        len(entry.read_bytes())
        for entry in files("tui.web.page").iterdir()
        if entry.is_file() and not entry.name.endswith(".py")
    )
    assert size < 60_000


def test_the_page_needs_no_token_but_everything_else_does(serve: Serve) -> None:
    client = serve().client(token=None)
    assert client.http.get("/").status_code == 200
    assert client.http.get("/page/main.js").headers["content-type"].startswith("text/javascript")
    assert "script-src 'self'" in client.http.get("/").headers["content-security-policy"]
    assert client.http.get("/page/..%2f__init__.py").status_code in {401, 404}
    assert client.http.get("/page/__init__.py").status_code in {401, 404}
    assert client.http.get("/sessions").status_code == 401


def test_the_draft_survives_a_reload(serve: Serve, page: Open) -> None:
    it = page(serve())
    it.keyboard.type(GREETING)
    it.reload()
    area = it.get_by_label("Message", exact=True)
    wait_until(lambda: area.input_value() == GREETING, "the draft is there")
