"""The dashboard, paused at its first frame until the prompt contains a text; started by tests."""

import asyncio
import os
import sys
from pathlib import Path

from textual.widgets.text_area import Edit, EditResult

import tui.cli.command_line
from tui.dashboard.app import StreamTui
from tui.dashboard.chat.prompt import Prompt

edit, load = Prompt.edit, StreamTui.load
typed = asyncio.Event()


def watched(prompt: Prompt, change: Edit) -> EditResult:
    result = edit(prompt, change)
    if prompt.text == os.environ["GO_ON"]:
        typed.set()
    return result


async def paused(self: StreamTui) -> None:
    loaded = Path(os.environ["LOADED"])
    await asyncio.to_thread(loaded.write_text, "\n".join(sys.modules))
    await typed.wait()
    await load(self)


if __name__ == "__main__":
    Prompt.edit = watched  # type: ignore[assignment]
    StreamTui.load = paused  # type: ignore[method-assign]
    sys.argv[0] = "streamtui"
    tui.cli.command_line.main()
