"""What can be said about AGENT, and its like, before Python runs any of the user's code."""

import importlib.machinery
import importlib.util
import sys
from pathlib import Path

FORMS = "package.module:attribute or path/to/file.py:attribute"


class AgentReferenceError(ValueError):
    """The text cannot name an agent; the message says what would."""


def check_reference(text: str, folder: Path, *, attribute_needed: bool = False) -> None:
    """Look at the form, and whether the file or the top package is there at all.

    The rest, that its import works and that there is an agent, only the worker can find out.
    Raise `AgentReferenceError`.
    """
    module, attribute = _split(text)
    if attribute_needed and not attribute:
        raise AgentReferenceError(f"{text!r} names no attribute: write {FORMS}")
    if attribute and not all(map(str.isidentifier, attribute.split("."))):
        raise AgentReferenceError(f"{attribute!r} is no attribute's name: write {FORMS}")
    if module.endswith(".py"):
        if not (folder / module).is_file():
            raise AgentReferenceError(f"there is no file {module}")
    elif "/" in module:
        raise AgentReferenceError(f"{module!r} is no Python file: write {FORMS}")
    else:
        _check_module(text, module, folder)


def _split(text: str) -> tuple[str, str]:
    # A colon may also stand in a folder's name: then what follows still looks like a path.
    module, colon, attribute = text.rpartition(":")
    if not colon or "/" in attribute or attribute.endswith(".py"):
        return text, ""
    if not attribute:
        raise AgentReferenceError(f"{text!r} ends with a colon: write {FORMS}")
    return module, attribute


def _check_module(text: str, module: str, folder: Path) -> None:
    names = module.split(".")
    if not all(map(str.isidentifier, names)):
        raise AgentReferenceError(f"{text!r} cannot name an agent: write {FORMS}")
    top = names[0]
    if top in sys.modules or importlib.machinery.PathFinder.find_spec(top, [str(folder)]):
        return
    if importlib.util.find_spec(top) is None:
        raise AgentReferenceError(f"there is no module {top!r} in {folder} nor installed: {FORMS}")
