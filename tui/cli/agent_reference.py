"""Checks AGENT and similar references without running any of the user's code."""

import importlib.machinery
import importlib.util
import sys
from pathlib import Path

FORMS = "package.module:attribute or path/to/file.py:attribute"


class AgentReferenceError(ValueError):
    """The text is not a valid reference; the message says what is."""


def check_reference(text: str, folder: Path, *, attribute_needed: bool = False) -> None:
    """Check the form, and that the file or the top-level package exists.

    Only the worker can check that it can be imported and has an agent. Raise `AgentReferenceError`.
    """
    module, attribute = _split(text)
    if attribute_needed and not attribute:
        raise AgentReferenceError(f"{text!r} has no attribute: write {FORMS}")
    if attribute and not all(map(str.isidentifier, attribute.split("."))):
        raise AgentReferenceError(f"{attribute!r} is not a valid attribute name: write {FORMS}")
    if module.endswith(".py"):
        if not (folder / module).is_file():
            raise AgentReferenceError(f"there is no file {module}")
    elif "/" in module:
        raise AgentReferenceError(f"{module!r} is not a Python file: write {FORMS}")
    else:
        _check_module(module, folder)


def _split(text: str) -> tuple[str, str]:
    # A colon may also be part of a folder's name: then a path follows it.
    module, colon, attribute = text.rpartition(":")
    if not colon or "/" in attribute or attribute.endswith(".py"):
        return text, ""
    if not attribute:
        raise AgentReferenceError(f"{text!r} ends with a colon: write {FORMS}")
    return module, attribute


def _check_module(module: str, folder: Path) -> None:
    names = module.split(".")
    if not all(map(str.isidentifier, names)):
        raise AgentReferenceError(f"{module!r} is not a valid module name: write {FORMS}")
    top = names[0]
    if top in sys.modules or importlib.machinery.PathFinder.find_spec(top, [str(folder)]):
        return
    if importlib.util.find_spec(top) is None:
        raise AgentReferenceError(
            f"there is no module {top!r}, in {folder} or installed: write {FORMS}"
        )
