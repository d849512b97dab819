"""Tools that the provider runs, in the whole program: live, asked about, resumed and exported."""

import re
from pathlib import Path

from tests.program.conftest import Launch
from tests.program.session_files import quit_from
from tests.support.patience import wait_until
from tests.support.provider import Answer, Gate, Provide
from tests.worker import hosted_agents
from tests.worker import hosted_items as recorded

HOSTED = f"{Path(hosted_agents.__file__)}:hosted"
WIDE = {"rows": 50, "cols": 240}
ROWS = (
    r"✓ web_search .*→ https://tide.test/a +~",
    r"✓ file_search .*→ 1. sea.md, score 0.75 The ebb is low. +~",
    r"✓ code_interpreter print\(6 \* 7\) → 42 image, https://plot.test/a.png",
    r"✓ image_generation revised_prompt=.*→ PNG image, 64.48",
    r"✓ sea › mcp_list_tools → tide",
    r"✗ sea › tide port=\"Hue\" → the sea is closed \(502\) +~",
    r"✓ sea › tide port=\"Hue\" → approved by you",
    r"✓ sea › tide port=\"Hue\" → high at noon +~",
)


def test_they_are_shown_asked_about_resumed_and_exported(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    gate = Gate()
    provider = provide(
        Answer(
            "Now I ask.",
            items=[
                recorded.WEB, recorded.FILES, recorded.CODE, recorded.IMAGE, recorded.TOOLS,
                recorded.FAILED_CALL, recorded.REQUEST,
            ],
            gates={1: gate},
        ),
        Answer("High at noon.", items=[recorded.CALL]),
        strict=True,
    )  # fmt: skip
    terminal = launch(HOSTED, provider=provider, **WIDE)
    terminal.type("go\n")
    terminal.wait_for(re.compile(r"… code_interpreter print\("))
    gate.open()
    terminal.wait_for(re.compile(r"May Hosted run sea › tide\?"))
    terminal.wait_for("waits for your answer")
    terminal.answer("y", "approved by you")
    terminal.wait_for("High at noon.")
    for row in ROWS:
        terminal.wait_for(re.compile(row))
    assert provider.problems == []
    quit_from(terminal)

    again = launch(HOSTED, "--continue", provider=provider, **WIDE)
    for row in ROWS:
        again.wait_for(re.compile(row))
    again.type("/export md out.md\n")
    again.wait_for("out.md")
    wait_until((tmp_path / "out.md").exists, "the export is written")
    quit_from(again)
    document = (tmp_path / "out.md").read_text()
    for words in (
        "print(6 * 7)",
        "The ebb is low.",
        "**sea › tide** (error) · ~",
        "container cntr_1",
    ):
        assert words in document
    assert recorded.base64_of(recorded.PICTURE) not in document
