"""A conversation of the installed program with a real model, recorded on both sides of a proxy."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.model_server import MODEL_NAME
from tests.e2e.screen import is_settled, pane_text
from tests.support.provider.proxy import RecordingProxy
from tests.support.provider.recording import Recording
from tests.support.terminal import Terminal
from tests.support.terminal.spawn import Argv
from tui.core.metrics import Figures, Metrics, figures, fold
from tui.journal import JournalStore
from tui.protocol.events import RunFinished

STREAMTUI = Path(sys.executable).with_name("streamtui")
AGENTS = Path(__file__).with_name("sailors.py")


@dataclass
class Turn:
    """One prompt: the screen after its answer, and the proxy's recording of its one request."""

    prompt: str
    screen: list[str]
    recording: Recording
    figures: Figures | None = None
    """The exact figures, from the journal."""


@dataclass
class Conversation:
    api: str
    turns: list[Turn] = field(default_factory=list)
    exit_code: int | None = None


@contextmanager
def dashboard(agent: str, api: str, proxy: RecordingProxy, home: Path) -> Iterator[Terminal]:
    """The installed program in a pseudo-terminal, ready for a prompt."""
    argv: Argv = [STREAMTUI, f"{AGENTS}:{agent}", "--api", api, "--model", MODEL_NAME]
    env = {
        "HOME": str(home),
        "XDG_DATA_HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "OPENAI_BASE_URL": proxy.base_url,
    }
    with Terminal(argv, rows=50, cols=160, env=env, cwd=home) as terminal:
        terminal.wait_for("Ask the agent")
        terminal.wait_for("── idle")
        yield terminal


def talk(
    api: str, prompts: list[str], proxy: RecordingProxy, home: Path, agent: str = "agent"
) -> Conversation:
    """Type the prompts, wait for each answer, quit; then read the journal."""
    conversation = Conversation(api)
    with dashboard(agent, api, proxy, home) as terminal:
        for prompt in prompts:
            conversation.turns.append(_turn(prompt, terminal, proxy))
        terminal.press("ctrl+q")
        conversation.exit_code = terminal.exit_code()
    for turn, exact in zip(conversation.turns, journalled_figures(home), strict=True):
        turn.figures = exact
    return conversation


def _turn(prompt: str, terminal: Terminal, proxy: RecordingProxy) -> Turn:
    number = len(proxy.recordings)
    terminal.type(f"{prompt}\n")
    try:
        # The screen is not read meanwhile, which would delay the proxy's thread.
        proxy.wait_until(
            lambda: (
                len(proxy.recordings) > number and proxy.recordings[number].finished_at is not None
            )
        )
    except TimeoutError as error:
        raise TimeoutError(f"{error}; the screen:\n{terminal.text}") from error
    recording = proxy.recordings[number]
    terminal.wait_for(lambda screen: recording.text in pane_text(screen, "chat"))
    return Turn(prompt, terminal.wait_for(is_settled), recording)


def journalled_figures(home: Path) -> list[Figures]:
    """The figures at the end of each run of the one session in the journal."""
    store = JournalStore(home / "streamtui" / "journal.db")
    (session,) = store.sessions()
    metrics, ends = Metrics(), []
    for batch in store.load(session.id):
        for event in batch:
            metrics = fold(metrics, event)
            if isinstance(event, RunFinished):
                ends.append(figures(metrics, event.at))
    return ends
