"""Sources below an answer and refusals in the dashboard: live, after a resume, exported."""

import re
from pathlib import Path

from tests.program.conftest import AGENT, Launch
from tests.program.session_files import quit_from
from tests.support.provider import Answer, Provide
from tests.worker.model.answers.test_citations import FILE, TIDES, added

SHOWN = ("[1] Tides of Huế — https://tides.test/hue", "[2] ebb.pdf — file file-1")


def test_sources_and_refusals_are_shown_again_and_exported(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    cited = Answer(deltas=["High ", "at noon."], inserts={1: added(TIDES, 0) + added(FILE, 1)})
    provider = provide(cited, Answer("First, take", refusal="No, I must not."))
    terminal = launch(AGENT, "--api", "responses", provider=provider)
    terminal.type("when?\n")
    for words in ("High at noon.", *SHOWN):
        terminal.wait_for(words)
    terminal.wait_for(re.compile(r"── idle\b"))
    terminal.type("how?\n")
    for words in ("First, take", "declined to answer:", "▌ No, I must not.", "The model declined"):
        terminal.wait_for(words)
    terminal.type("/export md out.md\n")
    terminal.wait_for("exported to")
    quit_from(terminal)
    document = (tmp_path / "out.md").read_text()
    assert "- \\[1\\] Tides of Huế — <https://tides.test/hue>\n" in document
    assert "**Declined to answer:**\n\n> No, I must not." in document

    again = launch(AGENT, "--continue", provider=provider, rows=60)
    for words in ("High at noon.", *SHOWN, "declined to answer:", "▌ No, I must not."):
        again.wait_for(words)
    quit_from(again)
