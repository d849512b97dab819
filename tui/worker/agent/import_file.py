"""Imports the user's module, as a script or as part of a package, unless that would run it."""

import difflib
import importlib
import importlib.util
import sys
import tokenize
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from tui.worker.agent.load_error import LoadError
from tui.worker.agent.outline.source_outline import SourceOutline

HOW_TO_NAME = "Name it as package.module:attribute or path/to/file.py:attribute."
_ALIAS = "streamtui_user_"


def import_file(path: Path) -> ModuleType:
    """Import a file. Raise `LoadError` if it is not there, or if its import runs the program."""
    if not path.is_file():
        raise LoadError(f"There is no file {str(path)!r}.", _near_files(path) or HOW_TO_NAME)
    shown, path = path, path.resolve()
    dots = 0
    outline = read_outline(path)
    if outline is not None:
        refuse_program(outline, str(shown))
        dots = outline.most_dots()
    if str(path.parent) not in sys.path:
        # As when it is run as a script: it can import the modules next to it.
        sys.path.insert(0, str(path.parent))
    if dots:
        return _import_in_package(path, dots)
    return _import_as(_free_name(path), path)


def import_module(name: str) -> ModuleType:
    """Import a module by its dotted name. Raise `LoadError` if its import runs the program."""
    spec = importlib.util.find_spec(name)
    if spec is not None and spec.origin is not None and spec.origin.endswith(".py"):
        outline = read_outline(Path(spec.origin)) if name not in sys.modules else None
        if outline is not None:
            refuse_program(outline, name)
    return importlib.import_module(name)


@lru_cache(maxsize=4)
def read_outline(path: Path) -> SourceOutline | None:
    """None if the file is not valid Python: importing it says why.

    It is read once: a worker loads its files once.
    """
    try:
        with tokenize.open(path) as file:
            return SourceOutline(file.read())
    except (OSError, SyntaxError, UnicodeDecodeError, ValueError):
        return None


def outline_of(module: ModuleType) -> SourceOutline | None:
    file = getattr(module, "__file__", None)
    return read_outline(Path(file)) if isinstance(file, str) and file.endswith(".py") else None


def refuse_program(outline: SourceOutline, shown: str) -> None:
    """Raise `LoadError` if an import would run the program instead of defining an agent."""
    found = outline.runs_on_import()
    if found is None:
        return
    line, statement = found
    if outline.awaits_on_import():
        raise LoadError(
            f"{shown} awaits outside a function, as a notebook does: {statement} on line {line}.",
            f"Put that into a function:\n    async def main():\n        {statement}",
            code="runs_on_import",
        )
    raise LoadError(
        f"{shown} would run its program when it is imported: {statement} on line {line}.",
        "It was not imported. Let that run only when the file is started as a script:\n"
        f'    if __name__ == "__main__":\n        {statement}',
        code="runs_on_import",
    )


def _near_files(path: Path) -> str:
    if not path.parent.is_dir():
        return f"There is no folder {str(path.parent)!r} either."
    there = [one.name for one in path.parent.glob("*.py")]
    close = difflib.get_close_matches(path.name, there, 3)
    return (
        f"Did you mean {' or '.join(str(path.with_name(one)) for one in close)}?" if close else ""
    )


def _free_name(path: Path) -> str:
    """The file's own name, unless a module or the package beside it has it."""
    taken = path.stem in sys.modules or path.with_suffix("").is_dir()
    return f"{_ALIAS}{path.stem}" if taken else path.stem


def _import_as(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise LoadError(f"{path} is not a Python file.", HOW_TO_NAME)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _import_in_package(path: Path, dots: int) -> ModuleType:
    """Import a file that uses relative imports, with the folders above it as its packages."""
    top = path.parent
    for _ in range(dots - 1):
        top = top.parent
    while (top / "__init__.py").is_file() and (top.parent / "__init__.py").is_file():
        top = top.parent
    inside = [
        *path.parent.relative_to(top).parts,
        *([] if path.stem == "__init__" else [path.stem]),
    ]
    package = _package_of(top)
    return importlib.import_module(".".join([package, *inside]))


def _package_of(top: Path) -> str:
    """The name under which the folder is imported: its own, unless another module has it."""
    name = top.name
    if name.isidentifier() and name not in sys.modules:
        if str(top.parent) not in sys.path:
            sys.path.insert(1, str(top.parent))
        spec = importlib.util.find_spec(name)
        places = [] if spec is None else list(spec.submodule_search_locations or ())
        if str(top) in map(_real, places):
            return name
    alias = f"{_ALIAS}{''.join(c if c.isalnum() else '_' for c in name)}"
    start = top / "__init__.py"
    if start.is_file():
        spec = importlib.util.spec_from_file_location(
            alias, start, submodule_search_locations=[str(top)]
        )
        if spec is not None and spec.loader is not None:
            package = importlib.util.module_from_spec(spec)
            sys.modules[alias] = package
            spec.loader.exec_module(package)
            return alias
    package = ModuleType(alias)
    package.__path__ = [str(top)]
    sys.modules[alias] = package
    return alias


def _real(place: str) -> str:
    return str(Path(place).resolve())
