"""No typed word is lost: what cannot stay in the prompt is an earlier message, and that is said."""

import re
from pathlib import Path

import pytest
from textual.events import Key, Paste

from tests.dashboard.sessions.test_session_screens import desk as stored_desk
from tests.dashboard.test_main_screen import Desk, desk, finished, loaded
from tests.dashboard.test_queue import prompts, queue
from tui.dashboard.prompt.drafts import Drafts
from tui.protocol import events

KEPT = r"Your words are kept: ↑ in an empty prompt shows them\."
NOT_SENT = r"Not sent: ↑ in an empty prompt shows the message\."


async def lose(it: Desk, run: str, prompt: str) -> None:
    """End a run whose message never reached the ledger."""
    problem = events.Problem(kind="network", message="no")
    await it.feed(
        events.RunStarted(at=2, run=run, prompt=prompt, entered_at=2, wall=1.0, agent="Ann"),
        events.RunFinished(at=9, run=run, outcome="failed", kept=False, problem=problem),
    )


async def burst(it: Desk, *keys: str) -> None:
    """Keys that are all there before the first one is handled."""
    for key in keys:
        it.app.main.prompt.post_message(Key(key, key if len(key) == 1 else None))
    for _ in range(4):
        await it.pilot.pause()


async def test_a_message_that_comes_back_does_not_replace_a_draft() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        await it.press(*"hi", "enter", *"draft")
        await lose(it, "r1", "hi")
        assert it.app.main.prompt.text == "draft"
        await it.until(NOT_SENT)
        await it.press("ctrl+r")
        assert not it.shows("It is in the prompt again")
        await it.press("ctrl+u", "up")
        assert it.app.main.prompt.text == "hi"
        await it.press("ctrl+r")
        assert it.shows(r"That message was not sent\. It is in the prompt again\.")


async def test_a_message_that_comes_back_during_a_search_is_there_after_it() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        await it.press(*"hi", "enter", "alt+r", *"words")
        await lose(it, "r1", "hi")
        assert it.app.main.prompt.text == "words"
        await it.press("escape")
        assert it.app.main.prompt.text == "hi"


async def test_a_draft_that_a_found_message_replaces_is_kept() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        it.app.main.prompt.remember(["an apple"])
        await it.press(*"draft", "alt+r", *"apple", "enter")
        assert it.app.main.prompt.text == "an apple"
        await it.until(KEPT)
        await it.press("ctrl+u", "up")
        assert it.app.main.prompt.text == "draft"


async def test_a_draft_that_a_command_of_the_palette_replaces_is_kept() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        await it.press(*"draft")
        it.app.main.action_begin_slash("theme")
        it.app.main.action_begin_slash("pace")
        await it.pilot.pause()
        assert it.app.main.prompt.text == "/pace "
        assert it.app.main.prompt.earlier == ["draft"]
        assert [re.search(KEPT, one.text) is not None for one in it.app.notices.past] == [True]


async def test_an_edit_is_kept_when_another_message_is_edited() -> None:
    async with desk() as it:
        await queue(it, "two", "three")
        edit = it.app.main.runs.follow_ups.do
        await it.press(*"draft", "shift+tab", "enter", *" words")
        assert it.app.main.prompt.text == "two words"
        edit("edit", it.app.main.conversation.waiting[0].key)
        assert it.app.main.prompt.text == "two words"
        edit("edit", it.app.main.conversation.waiting[1].key)
        await it.pilot.pause()
        assert it.app.main.prompt.text == "three"
        assert it.app.main.prompt.earlier[-1] == "two words"
        await it.until(KEPT)
        await it.press("escape")
        assert it.app.main.prompt.text == "draft"


async def test_a_draft_is_back_when_the_edited_message_is_of_another_session() -> None:
    async with desk() as it:
        await queue(it, "two")
        await it.press(*"draft", "shift+tab", "enter", *" words")
        await it.feed(finished())
        it.app.main.sessions.new()
        await it.pilot.pause()
        assert it.app.main.prompt.text == "draft"
        assert it.app.main.prompt.earlier[-1] == "two words"
        await it.until(KEPT)


async def test_the_draft_behind_an_edit_stays_with_its_session(tmp_path: Path) -> None:
    async with stored_desk(tmp_path / "journal.db") as it:
        sessions = it.app.sessions
        assert sessions is not None
        left = sessions.current
        await queue(it, "two")
        await it.press(*"draft", "shift+tab", "enter")
        await it.feed(finished())
        it.app.main.sessions.new()
        await it.until(lambda: sessions.current != left)
        assert it.app.main.prompt.text == ""
    found = Drafts(tmp_path / "drafts").take(session=left)
    assert found is not None
    assert found.text == "draft"


async def test_an_edit_and_the_draft_behind_it_are_kept_at_the_end(tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    async with stored_desk(journal) as it:
        await queue(it, "two")
        await it.press(*"draft", "shift+tab", "enter", *" words")
    async with stored_desk(journal) as it:
        assert it.app.main.prompt.text == "two words"
        assert it.app.main.prompt.earlier[-1] == "draft"
        await it.until(KEPT)


async def test_a_draft_is_kept_and_not_the_words_of_a_search(tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    async with stored_desk(journal) as it:
        await it.press(*"draft", "alt+r", *"words")
    async with stored_desk(journal) as it:
        assert it.app.main.prompt.text == "draft"


@pytest.mark.parametrize("entered_last", ["two", "/notices"])
async def test_letters_typed_at_once_after_up_stay_behind_the_queued_message(
    entered_last: str,
) -> None:
    async with desk() as it:
        await queue(it, "two")
        it.app.main.prompt.remember([entered_last])
        await burst(it, "up", "x", "y")
        assert it.app.main.prompt.text == "twoxy"
        assert it.shows("editing: two")
        await it.press("enter")
        assert it.shows("queued: twoxy")


async def test_a_queued_message_that_was_changed_and_entered_at_once_waits_once() -> None:
    async with desk() as it:
        await queue(it)
        await burst(it, "t", "w", "o", "enter", "up", "x", "enter", "z")
        assert [one.text for one in it.app.main.conversation.waiting] == ["twox"]
        assert it.app.main.prompt.text == "z"


async def test_words_typed_at_once_after_an_edit_are_the_next_message() -> None:
    async with desk() as it:
        await queue(it, "two")
        await it.press(*"draft", "shift+tab", "enter")
        await burst(it, "x", "enter", "n", "e", "w")
        assert it.shows("queued: twox")
        assert it.app.main.prompt.text == "new"
        assert it.app.main.prompt.earlier[-1] == "draft"
        await it.until(KEPT)
        assert prompts(it) == []


@pytest.mark.parametrize("size", [(100, 30), (60, 20)])
@pytest.mark.parametrize("focus", ["prompt", "show_chat", "show_tools", "show_performance"])
async def test_what_is_pasted_outside_the_prompt_is_in_the_prompt_once(
    focus: str, size: tuple[int, int]
) -> None:
    long = "\n".join(f"line {number}" for number in range(500))
    async with desk(size) as it:
        await it.feed(*loaded())
        await it.press(*"see ")
        for text in ("this ", long):
            if focus != "prompt":
                it.app.main.perform(focus)
                await it.pilot.pause()
                assert not it.app.main.prompt.has_focus
            it.app.post_message(Paste(text))
            await it.until(lambda text=text: it.app.main.prompt.whole.endswith(text))  # type: ignore[misc]
            await it.pilot.pause()
            assert it.app.main.prompt.has_focus
        assert it.app.main.prompt.whole == f"see this {long}"
        await it.press("enter")
        assert prompts(it) == [f"see this {long}"]


async def test_what_is_pasted_into_a_search_stays_there() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        await it.press("f2", "slash")
        it.app.post_message(Paste("words"))
        await it.until("words")
        assert not it.app.main.prompt.text


@pytest.mark.parametrize("pane", ["f2", "f3", "f4"])
async def test_what_is_typed_after_a_new_session_is_a_message(pane: str) -> None:
    async with desk() as it:
        await it.feed(*loaded())
        await it.press(pane, "ctrl+n")
        await it.press(*"yes", "enter")
        assert prompts(it) == ["yes"]
