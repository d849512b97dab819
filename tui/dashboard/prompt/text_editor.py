"""The draft in the user's own editor, in the place of the dashboard."""

import asyncio
import os
import shlex
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from tui.core.sanitize.characters import without_surrogates

USUAL_EDITORS = ("editor", "nano", "vi")
"""Those that are looked for if the environment names none."""


class EditorError(Exception):
    """The text was not edited; the message says why."""


def editor_command(
    environment: Mapping[str, str], which: Callable[[str], str | None] = shutil.which
) -> list[str]:
    """The editor's argv. Raise `EditorError` if there is none."""
    for name in ("VISUAL", "EDITOR"):
        if wanted := environment.get(name, "").strip():
            try:
                command = shlex.split(wanted)
            except ValueError as error:
                raise EditorError(f"{name} cannot be read: {error}") from error
            if which(command[0]) is None:
                raise EditorError(f"{name} names {command[0]}, which is not installed")
            return command
    found = next(filter(None, map(which, USUAL_EDITORS)), None)
    if found is None:
        raise EditorError("no editor was found; set VISUAL or EDITOR")
    return [found]


async def edited(app: App[Any], text: str) -> str:
    """The text after the editor has ended; the stream keeps running. Raise `EditorError`."""
    command = editor_command(os.environ)
    with _file_of(text) as path:
        try:
            # Within a batch nothing is painted.
            with app.batch_update(), app.suspend(), _no_interrupts():
                process = await asyncio.create_subprocess_exec(*command, str(path))
                code = await process.wait()
        except SuspendNotSupported as error:
            raise EditorError("an editor can only be opened in a terminal") from error
        except OSError as error:
            raise EditorError(f"{command[0]}: {error.strerror}") from error
        if code:
            raise EditorError(f"{command[0]} ended with {code}; the text is unchanged")
        try:
            return path.read_text("utf-8").removesuffix("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise EditorError(f"what the editor saved cannot be read: {error}") from error


@contextmanager
def _file_of(text: str) -> Iterator[Path]:
    """In a folder that only its owner can read. Raise `EditorError`."""
    with ExitStack() as until_read:
        try:
            folder = until_read.enter_context(
                tempfile.TemporaryDirectory(prefix="streamtui-", ignore_cleanup_errors=True)
            )
            path = Path(folder) / "prompt.md"
            path.write_text(without_surrogates(text), "utf-8")
        except OSError as error:
            why = error.strerror or str(error)
            raise EditorError(f"no file can be written for it: {why}; set TMPDIR") from error
        yield path


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Ctrl+C is for the editor, not for this program."""
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError, RuntimeError, ValueError):
        loop.add_signal_handler(signal.SIGINT, lambda: None)
    try:
        yield
    finally:
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.remove_signal_handler(signal.SIGINT)
