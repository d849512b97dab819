"""The prompt in a real terminal: what keys and pastes send, the editor, the menu, drafts."""

import json
import re
import stat
from pathlib import Path

import pytest

from tests.program.conftest import AGENT, Launch
from tests.support.patience import wait_until
from tests.support.pictures import png
from tests.support.provider import Answer, Gate, Provide


def editor(folder: Path, script: str) -> str:
    path = folder / "an editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return f"'{path}'"


def test_keys_of_a_shell_edit_the_prompt(launch: Launch, provide: Provide) -> None:
    provider = provide(Answer("well"), strict=True)
    terminal = launch(AGENT, provider=provider)
    terminal.wait_for("── idle")
    terminal.type("two three")
    terminal.press("ctrl+a")
    terminal.type("one ")
    terminal.press("ctrl+e")
    terminal.type(" fuor")
    terminal.press("ctrl+w")
    terminal.type("four")
    terminal.press("alt+b", "alt+b", "alt+q")
    terminal.type("2+1=")
    terminal.press("ctrl+z", "ctrl+y", "enter")
    terminal.wait_for("well")
    assert provider.requests[0].items[-1]["content"] == "one two 2+1=three four"


def test_a_paste_of_500_lines_is_folded_and_sent_whole(launch: Launch, provide: Provide) -> None:
    provider = provide(Answer("well"), strict=True)
    terminal = launch(AGENT, provider=provider)
    terminal.wait_for("── idle")
    text = "\n".join(f"line {number} \u200d é 👨‍👩‍👧" for number in range(500))
    terminal.paste(text)
    terminal.wait_for("[pasted 500 lines]")
    terminal.press("enter")
    terminal.wait_for("well")
    assert provider.requests[0].items[-1]["content"] == text


def test_the_editor_changes_the_draft_while_an_answer_streams_on(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    gate = Gate()
    provider = provide(Answer("one two", gates={1: gate}), Answer("well"), strict=True)
    go_on, opened = tmp_path / "go on", tmp_path / "opened"
    script = f'touch "{opened}"; while ! [ -e "{go_on}" ]; do sleep 0.1; done; echo more >> "$1"'
    terminal = launch(AGENT, provider=provider, env={"VISUAL": editor(tmp_path, script)})
    terminal.type("go\n")
    terminal.wait_for("one")
    terminal.type("a draft")
    terminal.press("ctrl+j", "ctrl+x", "ctrl+e")
    wait_until(opened.exists, "the editor is open")
    gate.open()
    wait_until(lambda: len(provider.requests) == 1, "the answer streams")
    go_on.touch()
    terminal.wait_for(re.compile("one two"))
    terminal.wait_for("│ more")
    terminal.wait_for("── idle")
    terminal.press("enter")
    terminal.wait_for("well")
    assert provider.requests[1].items[-1]["content"] == "a draft\nmore"


def test_an_editor_that_is_not_installed_or_fails_leaves_the_draft(
    launch: Launch, tmp_path: Path
) -> None:
    terminal = launch(env={"VISUAL": "no-such-editor"})
    terminal.type("a draft")
    terminal.press("ctrl+x", "ctrl+e")
    terminal.wait_for("VISUAL names no-such-editor, which is not installed")
    assert "│ a draft" in terminal.text


def test_a_draft_survives_a_kill_and_messages_of_all_sessions_can_be_searched(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(Answer("well"), Answer("good"), strict=True)
    first = launch(AGENT, provider=provider)
    first.type("the first question\n")
    first.wait_for("well")
    first.wait_for("── idle")
    first.paste("line\n" * 30)
    first.type("half a thou")
    wait_until(
        lambda: any(b"half a thou" in one.read_bytes() for one in tmp_path.rglob("*.draft")),
        "the draft is kept",
    )
    first.kill()
    second = launch(AGENT, provider=provider, ready="half a thou")
    second.wait_for("What you had not sent is in the prompt again")
    second.wait_for("── idle")
    second.press("alt+r")
    second.wait_for("the first question")
    second.type("quest")
    second.press("enter")
    second.wait_for("│ the first question")
    second.press("enter")
    second.wait_for("good")


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_files_named_with_an_at_sign_are_sent_by_both_apis_and_again(
    launch: Launch, provide: Provide, tmp_path: Path, api: str
) -> None:
    provider = provide(Answer("seen"), Answer("seen again"), Answer("still there"), strict=True)
    (tmp_path / "photo.png").write_bytes(png(64, 32))
    (tmp_path / "notes.md").write_text("Ghi chú: 你好 👩‍👧\n")
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.4\nsome")
    first = launch(AGENT, "--api", api, provider=provider)
    first.wait_for("── idle")
    first.type("look at @photo.png, @notes.md and @paper.pdf\n")
    first.wait_for("seen")
    first.wait_for("[photo.png: PNG image, 64\u00d732")
    first.wait_for("[notes.md: text")
    first.wait_for("[paper.pdf: PDF")
    first.wait_for("── idle")
    sent = json.dumps(provider.requests[0].body, ensure_ascii=False)
    assert "data:image/png;base64," in sent
    assert "data:application/pdf;base64," in sent
    assert "paper.pdf" in sent
    assert "Attached file: notes.md\\n\\nGhi chú: 你好 👩‍👧" in sent
    first.press("f5")
    first.wait_for("seen again")
    first.wait_for("── idle")
    assert provider.requests[1].items == provider.requests[0].items
    first.press("ctrl+q")
    first.exit_code()
    second = launch(AGENT, "--api", api, "--continue", provider=provider, ready="seen again")
    second.wait_for("[photo.png: PNG image")
    second.type("more\n")
    second.wait_for("still there")
    assert "data:image/png;base64," in str(provider.requests[2].body)
    assert provider.problems == []


def test_a_file_that_cannot_be_attached_leaves_the_message_in_the_prompt(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(Answer("never"))
    (tmp_path / "data.bin").write_bytes(b"\x00\xff")
    terminal = launch(AGENT, provider=provider)
    terminal.wait_for("── idle")
    terminal.type("look at @data.bin\n")
    terminal.wait_for("Not sent: data.bin is not a PNG")
    assert "│ look at @data.bin" in terminal.text
    assert provider.requests == []
