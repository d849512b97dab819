"""Prompts that a person keeps in files: ``prompts/NAME.md`` beside the settings is ``/NAME``."""

import re
from pathlib import Path

import msgspec
import platformdirs

LARGEST = 256 * 1024
"""Bytes of a file."""

_NAME = re.compile(r"[\w-]{1,40}")
_PLACE = re.compile(r"\$(ARGUMENTS|[1-9])\b")


class SavedPrompt(msgspec.Struct, frozen=True):
    name: str
    about: str
    """Its first line."""


class SavedPromptError(Exception):
    """A file that cannot be used; the message says which one, and why."""


def prompts_folder() -> Path:
    """The folder; it may not exist."""
    return platformdirs.user_config_path("streamtui", appauthor=False) / "prompts"


def saved_prompts(folder: Path) -> list[SavedPrompt]:
    """All prompts in the folder, by name; files that cannot be read have no first line."""
    return [SavedPrompt(file.stem.lower(), _first_line(file)) for file in _files(folder)]


def saved_text(folder: Path, name: str, argument: str) -> str | None:
    """The text of a prompt with its argument; None if there is none of that name.

    ``$ARGUMENTS`` in it stands for the whole argument, ``$1`` to ``$9`` for its words. Without any
    of these, the argument follows the text. Raise SavedPromptError.
    """
    file = next((one for one in _files(folder) if one.stem.lower() == name.lower()), None)
    if file is None:
        return None
    try:
        if file.stat().st_size > LARGEST:
            raise SavedPromptError(f"{file} is larger than {LARGEST // 1024} KiB")
        text = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SavedPromptError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SavedPromptError(f"{file} is not UTF-8 text") from error
    if not text:
        raise SavedPromptError(f"{file} is empty")
    return _filled(text, argument)


def _filled(text: str, argument: str) -> str:
    words = argument.split()

    def value(place: re.Match[str]) -> str:
        if place[1] == "ARGUMENTS":
            return argument
        number = int(place[1])
        return words[number - 1] if number <= len(words) else ""

    filled, places = _PLACE.subn(value, text)
    return filled if places or not argument else f"{text}\n\n{argument}"


def _files(folder: Path) -> list[Path]:
    try:
        return [one for one in sorted(folder.glob("*.md")) if _NAME.fullmatch(one.stem)]
    except OSError:
        return []


def _first_line(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as lines:
            return lines.readline(200).strip("# \n")
    except (OSError, UnicodeDecodeError):
        return ""
