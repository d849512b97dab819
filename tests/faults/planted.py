"""Secrets in every test of a fault, and the search for them wherever they could leak."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from click.testing import CliRunner

from tests.support.terminal.sequences import tokens
from tui.cli.commands.sessions_command import sessions
from tui.journal import JournalStore

KEY = "planted-7Qk2xV9mZr4TbN8w"
TOKEN = "planted-9Hs3cJ6fLp1YdG5k"
VAULT = "planted-" + "3Rv7nK5" + "gXe2SzM9w"
"""Known to the agent's module alone (`faulty_agents.py`)."""
SHAPED = "sk-proj-planted4Wt8aE2uXo6QvB0"
ENVIRONMENT = {"OPENAI_API_KEY": KEY, "GATEWAY_TOKEN": TOKEN}
ECHO = f"(key {{key}}, token {{x-gateway-token}}, vault {{x-vault-key}}, also {SHAPED})"
"""Part of a careless server's message: the provider fills in the headers of the request."""
_NEEDLES = ("7Qk2xV9mZr4T", "9Hs3cJ6fLp1Y", "4Wt8aE2uXo6Q", VAULT[10:22])
"""The middle of each secret, so that a secret cut at an end is found too."""


def leaks(raw: bytes, home: Path) -> list[str]:
    """Every place that contains a planted secret: terminal, files, exports."""
    text = raw.decode(errors="replace")
    shown = "".join(token.text for token in tokens(text) if token.kind == "text")
    return [place for place, content in _places(text, shown, home) if _has_secret(content)]


def _places(text: str, shown: str, home: Path) -> Iterator[tuple[str, str]]:
    yield "the bytes on the terminal", text
    yield "the text on the terminal", shown
    for path in home.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(home)), path.read_bytes().decode(errors="replace")
    for journal in home.rglob("journal.db"):
        for info in JournalStore(journal).sessions():
            for form in ("jsonl", "markdown"):
                yield f"the export of {info.id} as {form}", export(journal, info.id, form)


def export(journal: Path, session: str, form: str) -> str:
    """The output of ``streamtui sessions export``."""
    environment = {**ENVIRONMENT, "STREAMTUI_JOURNAL_PATH": str(journal)}
    with mock.patch.dict(os.environ, environment):
        result = CliRunner().invoke(sessions, ["export", session, "--format", form])
    assert result.exit_code == 0, result.output
    return result.output


def _has_secret(content: str) -> bool:
    return any(needle in content for needle in _NEEDLES)
