"""Checks AGENT and similar references without running any of the user's code."""

import importlib.machinery
import importlib.util
import re
import sys
from pathlib import Path

FORMS = "package.module:attribute or path/to/file.py:attribute"
_CALL = re.compile(r"([\w.]+)\(.*\)$")
_NOTEBOOK = ".ipynb"


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
        raise AgentReferenceError(
            f"{attribute!r} is not a valid attribute name: write {_plain(module, attribute)}"
        )
    if module.endswith(".py"):
        if not (folder / module).is_file():
            raise AgentReferenceError(f"there is no file {module}{_meant(module, folder)}")
    elif _NOTEBOOK in module:
        raise AgentReferenceError(_notebook(module))
    elif "/" in module or "\\" in module:
        _check_path(module, attribute, folder)
    else:
        _check_module(module, attribute, folder)


def _split(text: str) -> tuple[str, str]:
    # A colon may also be part of a folder's name, or follow a drive: then a path follows it.
    module, colon, attribute = text.rpartition(":")
    if not colon or "/" in attribute or "\\" in attribute or attribute.endswith((".py", _NOTEBOOK)):
        return text, ""
    if not attribute:
        raise AgentReferenceError(f"{text!r} ends with a colon: write {FORMS}")
    if module.endswith(":"):
        plain = f"{module.rstrip(':')}:{attribute}"
        raise AgentReferenceError(f"{text!r} has too many colons: write {plain}")
    return module, attribute


def _plain(module: str, attribute: str) -> str:
    """``build()`` is written ``build``."""
    call = _CALL.match(attribute)
    return (
        FORMS if call is None else f"{module}:{call[1]}; a function is called if it needs nothing"
    )


def _notebook(module: str) -> str:
    script = module.replace(_NOTEBOOK, ".py")
    return (
        f"{module} is a notebook, which cannot be imported: save it as a script with "
        f"`jupyter nbconvert --to script {module}`, then name {script}:attribute"
    )


def _check_path(module: str, attribute: str, folder: Path) -> None:
    """A path that does not end with .py."""
    end = f":{attribute}" if attribute else ""
    if (folder / f"{module}.py").is_file():
        raise AgentReferenceError(f"{module!r} has no ending: write {module}.py{end}")
    if not (folder / module).is_dir():
        raise AgentReferenceError(
            f"{module!r} is not a Python file{_meant(module, folder)}: write {FORMS}"
        )
    files = sorted(path.name for path in (folder / module).glob("*.py"))[:5]
    has = f"; it has {', '.join(files)}" if files else ""
    raise AgentReferenceError(f"{module!r} is a folder, not a file{has}: write {FORMS}")


def _meant(module: str, folder: Path) -> str:
    """The file that may have been meant, as the end of a sentence."""
    slashed = re.sub(r"^[A-Za-z]:", "", module).replace("\\", "/")
    if slashed != module:
        there = (folder / slashed).is_file()
        return f"; did you mean {slashed}?" if there else "; write its path with / and not with \\"
    path = folder / module
    if not path.parent.is_dir():
        return f": there is no folder {Path(module).parent}"
    import difflib  # noqa: PLC0415 - the first frame must not wait for it

    names = [one.name for one in path.parent.glob("*.py")]
    close = difflib.get_close_matches(path.name, names, 1)
    return f"; did you mean {Path(module).with_name(close[0])}?" if close else ""


def _check_module(module: str, attribute: str, folder: Path) -> None:
    names = module.split(".")
    end = f":{attribute}" if attribute else ""
    if (folder / f"{module}.py").is_file() and not all(map(str.isidentifier, names)):
        raise AgentReferenceError(f"{module!r} is not a valid module name: write {module}.py{end}")
    if not all(map(str.isidentifier, names)):
        raise AgentReferenceError(f"{module!r} is not a valid module name: write {FORMS}")
    top = names[0]
    if top in sys.modules or importlib.machinery.PathFinder.find_spec(top, [str(folder)]):
        return
    if importlib.util.find_spec(top) is None:
        raise AgentReferenceError(
            f"there is no module {top!r}, in {folder} or installed: write {FORMS}"
        )
