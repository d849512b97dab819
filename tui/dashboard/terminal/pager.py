"""A text in the user's pager, while the stream goes on."""

from __future__ import annotations

import asyncio
import os
import shlex
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App


def pager_command(environment: Mapping[str, str]) -> list[str]:
    """The command that ``PAGER`` names, with its arguments; ``less`` if it names none."""
    try:
        named = shlex.split(environment.get("PAGER", ""))
    except ValueError:
        named = []
    return named or ["less"]


async def page(app: App[object], text: str) -> str:
    """Show a text until the pager ends; what is wrong, if it cannot be started.

    The event loop runs on: only nothing is painted meanwhile. The file can be read by its owner
    alone, and is deleted afterwards.
    """
    command = pager_command(os.environ)
    with tempfile.TemporaryDirectory(prefix="streamtui-") as folder:
        path = Path(folder) / "result.txt"
        path.write_text(text, encoding="utf-8", errors="replace")
        with app.batch_update(), app.suspend():
            try:
                process = await asyncio.create_subprocess_exec(*command, str(path))
            except OSError as error:
                return f"The pager {command[0]} cannot be started: {error.strerror}. Set PAGER."
            await process.wait()
    return ""
