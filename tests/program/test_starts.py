"""Starting with the demo, with a remote worker, and with an agent that cannot be loaded."""

import re
import sys
from pathlib import Path

from tests.program.conftest import AGENT, Launch
from tests.support.provider import Answer, Provide
from tests.support.terminal import Terminal
from tui.journal import JournalStore
from tui.protocol.events import HistoryChanged, RunStarted


def test_without_agent_and_key_the_demo_answers_and_is_labelled(launch: Launch) -> None:
    terminal = launch(warm=False)
    terminal.wait_for("DEMO")
    terminal.type("roll a d20 and flip a coin\n")
    terminal.wait_for(re.compile(r"✓ roll_dice sides=20 → \d+ +\d+ ms"))
    terminal.wait_for(re.compile(r"✓ flip_coin → (heads|tails) +\d+ ms"))
    terminal.wait_for("idle")
    terminal.wait_for("scripted")
    terminal.type("tung đồng xu\n")
    terminal.wait_for(re.compile(r"sấp|ngửa"))


def test_a_remote_worker_only_needs_its_standard_streams(launch: Launch, provide: Provide) -> None:
    provider = provide(Answer("from afar"))
    terminal = launch(
        "--worker-command",
        f"{sys.executable} -m tui worker {AGENT} --base-url {provider.base_url}",
        env={"OPENAI_API_KEY": "sk-test-0123456789"},
    )
    terminal.type("hello\n")
    terminal.wait_for("from afar")


def test_an_agent_that_cannot_be_imported_is_reported_and_reloaded_once_fixed(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(Answer("all is well now"))
    file = tmp_path / "broken.py"
    file.write_text("import no_such_module_anywhere\n")
    terminal = launch(f"{file}:agent", provider=provider)
    terminal.wait_for("no_such_module_anywhere")
    file.write_text("from agents import Agent\nagent = Agent(name='Mended')\n")
    terminal.type("/reload\n")
    terminal.wait_for("── Mended ──")
    terminal.type("hello\n")
    terminal.wait_for("all is well now")


def test_the_journal_contains_the_conversation_with_keys_masked(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(Answer("kept for later"))
    terminal = launch(AGENT, provider=provider)
    terminal.type("remember sk-test-0123456789\n")
    terminal.wait_for("kept for later")
    terminal.wait_for("idle")
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0
    (database,) = tmp_path.rglob("journal.db")
    (session,) = JournalStore(database).sessions()
    events = [event for batch in JournalStore(database).load(session.id) for event in batch]
    names = [type(event).__name__ for event in events]
    assert names.count("RunStarted") == names.count("RunFinished") == 1
    assert "kept for later" in "".join(getattr(event, "text", "") for event in events)
    (started,) = [event for event in events if isinstance(event, RunStarted)]
    assert started.prompt == "remember •••"
    # The items of the history are stored as the model gets them: docs/journal.md.
    shown = [event for event in events if not isinstance(event, HistoryChanged)]
    assert "sk-test-0123456789" not in repr(shown)


def test_what_is_typed_while_the_program_starts_is_in_the_prompt(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None}
    with Terminal([sys.executable, "-m", "tui"], rows=20, cols=80, env=env) as terminal:
        terminal.type("typed early")
        terminal.wait_for(re.compile("│ typed early +│"))
