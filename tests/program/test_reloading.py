"""When the agent's files change, it is reloaded, and the conversation continues."""

import re
from pathlib import Path

from tests.program.conftest import Launch
from tests.support.provider import Answer, Gate, Provide

AGENT = "from agents import Agent\nimport beside\nagent = Agent(name=beside.NAME)\n"


def _agent(folder: Path, name: str) -> str:
    (folder / "mine.py").write_text(AGENT)
    _rename(folder, name)
    return f"{folder / 'mine.py'}:agent"


def _rename(folder: Path, name: str) -> None:
    (folder / "beside.py").write_text(f"NAME = {name!r}\n")


def test_a_changed_file_is_reloaded_automatically_and_keeps_the_conversation(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(Answer("first answer"), Answer("second answer"), strict=True)
    terminal = launch(_agent(tmp_path, "Anna"), provider=provider)
    terminal.wait_for("── Anna ──")
    terminal.type("remember this\n")
    terminal.wait_for("first answer")
    terminal.wait_for("── idle")
    _rename(tmp_path, "Berta")
    terminal.wait_for("beside.py changed: the agent was reloaded")
    terminal.wait_for("── Berta ──")
    assert "first answer" in terminal.text
    terminal.type("what was it\n")
    terminal.wait_for("second answer")
    assert provider.problems == []
    assert "remember this" in str(provider.requests[-1].items)


def test_a_run_is_not_interrupted_and_a_queued_message_goes_to_the_new_agent(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    gate = Gate()
    provider = provide(Answer("first answer", gates={1: gate}), Answer("second answer"))
    terminal = launch(_agent(tmp_path, "Anna"), provider=provider)
    terminal.wait_for("── Anna ──")
    terminal.type("go\n")
    provider.wait_until(lambda: len(provider.requests) == 1)
    _rename(tmp_path, "Berta")
    terminal.wait_for(re.compile("beside.py\\s+changed"))
    terminal.type("and then\n")
    terminal.wait_for("queued: and then")
    gate.open()
    terminal.wait_for("first answer")
    terminal.wait_for("── Berta ──")
    terminal.wait_for("second answer")
    assert provider.requests[1].last_user_text == "and then"


def test_an_agent_that_cannot_be_loaded_is_reported_once_and_loaded_when_it_is_fixed(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(Answer("all is well now"))
    reference = _agent(tmp_path, "Anna")
    (tmp_path / "beside.py").write_text("NAME = 1 / 0\n")
    terminal = launch(reference, provider=provider, rows=50)
    terminal.type("hello\n")
    terminal.wait_for("ZeroDivisionError")
    terminal.wait_for("agent not loaded")
    terminal.wait_for(lambda screen: _is_in_prompt(screen, "hello"))
    terminal.press("enter")
    terminal.wait_for("There is no agent to send it to")
    assert terminal.text.count("could not be loaded") == 1
    _rename(tmp_path, "Anna")
    terminal.wait_for("── Anna ──")
    assert _is_in_prompt(terminal.screen, "hello")
    terminal.press("enter")
    terminal.wait_for("all is well now")
    assert len(provider.requests) == 1
    terminal.wait_for("── idle")
    terminal.type("/stats\n")
    terminal.wait_for(re.compile(r"yours +1,"))


def _is_in_prompt(screen: list[str], text: str) -> bool:
    return any(re.match(rf"│ {text}\b", line) for line in screen[-5:])
