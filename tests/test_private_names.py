"""Private names of the libraries are used in two rooms only.

Textual and Rich: `tui/dashboard/textual_internals/`. The SDK and its client:
`tui/worker/sdk_internals`. A new version of a library may move such a name.

A name is private to a library if it starts with one underscore and a class of the library defines
it: as a method, a class attribute, or an attribute set on ``self``. A use of it is

- an import of a module or a name with a leading underscore,
- ``self._name``, ``super()._name`` or ``def _name`` in a class that has ``_name`` from a class of
  a library, even if it defines the name as well: that overrides the library's,
- ``other._name``, or ``getattr(other, "_name")`` and the like, unless a class of the program
  defines ``_name`` without overriding a library's.
"""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

import tui
from tui.dashboard.textual_internals.supported import NAMES

LIBRARIES = ("agents", "openai", "rich", "textual", "textual_plotext")
PACKAGE = Path(tui.__file__).parent
ROOMS = ("dashboard/textual_internals/", "worker/sdk_internals")
PUBLIC = frozenset(("_asdict", "_fields", "_make", "_replace"))
"""Documented names of every named tuple."""

DEFINITION = re.compile(
    r"^ +(?:async )?(?:def |self\.|cls\.)?(_[a-z]\w*) *(?:\(|:|=(?!=))", re.MULTILINE
)
"""In a class of a library. Parsing the thousands of files would take half a minute."""
BY_STRING = frozenset(("delattr", "getattr", "hasattr", "object", "patch", "setattr"))
"""Functions and methods that take the name of an attribute as a string."""


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in {"_", *PUBLIC}


def defined_by(statement: ast.stmt) -> set[str]:
    """The private names that a statement in the body of a class defines."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            names = {name}
        case ast.Assign(targets=targets):
            names = {one.id for one in targets if isinstance(one, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            names = {name}
        case ast.If(body=body, orelse=orelse):
            names = {name for one in body + orelse for name in defined_by(one)}
        case _:
            names = set()
    return {name for name in names if is_private(name)}


def defined_in(node: ast.ClassDef) -> set[str]:
    """The private names that a class defines, or sets on its instances."""
    names = {name for statement in node.body for name in defined_by(statement)}
    for one in ast.walk(node):
        match one:
            case ast.Attribute(value=ast.Name(id="self" | "cls"), ctx=ast.Store(), attr=name):
                names |= {name} if is_private(name) else set()
    return names


@cache
def classes_in(path: Path) -> dict[str, set[str]]:
    """The classes of a file, each with the private names that it defines."""
    classes: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            classes.setdefault(node.name, set()).update(defined_in(node))
    return classes


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def our_classes() -> dict[tuple[str, str], type]:
    """Every class of the program, by module and name."""
    found = {}
    for module in pkgutil.walk_packages([str(PACKAGE)], "tui."):
        if module.name != "tui.__main__":
            for cls in vars(importlib.import_module(module.name)).values():
                if isinstance(cls, type) and cls.__module__ == module.name:
                    found[module.name, cls.__name__] = cls
    return found


@cache
def inherited(cls: type) -> frozenset[str]:
    """The private names that a class has from classes of the libraries."""
    names: set[str] = set()
    for base in cls.__mro__:
        if base.__module__.partition(".")[0] in LIBRARIES:
            source = inspect.getsourcefile(base)
            assert source is not None
            names |= classes_in(Path(source)).get(base.__name__, set())
    return frozenset(names)


@cache
def overridable(module: str, name: str) -> frozenset[str]:
    """The libraries' names in the bases of a class, and of those that it is mixed into."""
    own = our_classes().get((module, name))
    users = [cls for cls in our_classes().values() if own in cls.__mro__]
    return frozenset(one for cls in users for one in inherited(cls))


@cache
def private_to_libraries() -> frozenset[str]:
    """The private names of the libraries that no class of the program defines for itself."""
    theirs: set[str] = set()
    for library in LIBRARIES:
        spec = find_spec(library)
        assert spec is not None
        assert spec.origin is not None
        for path in Path(spec.origin).parent.rglob("*.py"):
            theirs.update(DEFINITION.findall(path.read_text(encoding="utf-8")))
    ours: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for cls, names in classes_in(path).items():
            ours |= names - overridable(module_of(path), cls)
    return frozenset(theirs - ours)


class Uses(ast.NodeVisitor):
    """Collects the uses of private names in a module."""

    def __init__(self, module: str) -> None:
        self.found: list[str] = []
        self._module = module
        self._overridable: frozenset[str] = frozenset()
        """For the class around the node."""

    def visit_Import(self, node: ast.Import) -> None:
        for one in node.names:
            self._imported(node, one.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for one in node.names:
            self._imported(node, f"{node.module}.{one.name}")

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        outer, self._overridable = self._overridable, overridable(self._module, node.name)
        for statement in node.body:
            for name in sorted(defined_by(statement) & self._overridable):
                self._add(statement, f"{node.name}.{name}")
        self.generic_visit(node)
        self._overridable = outer

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._used(node, node.attr, ast.unparse(node.value))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = ast.unparse(node.func).rpartition(".")[2]
        for one in node.args if called in BY_STRING else []:
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                self._used(node, one.value.rpartition(".")[2], "")
        self.generic_visit(node)

    def _imported(self, node: ast.stmt, name: str) -> None:
        package, *parts = name.split(".")
        if package in LIBRARIES and any(map(is_private, parts)):
            self._add(node, name)

    def _used(self, node: ast.expr, name: str, owner: str) -> None:
        if not is_private(name) or owner == "os":
            return
        inherits = owner in {"self", "cls", "super()"} and name in self._overridable
        if inherits or name in private_to_libraries():
            self._add(node, f"{owner}.{name}")

    def _add(self, node: ast.stmt | ast.expr, name: str) -> None:
        self.found.append(f"{self._module}:{node.lineno} {name}")


def uses_in(source: str, module: str) -> list[str]:
    visitor = Uses(module)
    visitor.visit(ast.parse(source))
    return visitor.found


def uses_below(folder: Path, *excepted: str) -> Iterator[str]:
    for path in sorted(folder.rglob("*.py")):
        if not path.relative_to(PACKAGE).as_posix().startswith(excepted):
            yield from uses_in(path.read_text(encoding="utf-8"), module_of(path))


def test_private_names_of_the_libraries_are_used_in_their_rooms_alone() -> None:
    found = list(uses_below(PACKAGE, *ROOMS))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from textual._callback import invoke", ["textual._callback.invoke"]),
        ("import openai._models", ["openai._models"]),
        ("class Prompt:\n def f(self): self._compositor.reflow()", ["self._compositor"]),
        ("class Prompt:\n def f(self): self._size = 1", ["self._size"]),
        ("class Prompt:\n def f(self): super()._size_updated(1)", ["super()._size_updated"]),
        ("class Prompt:\n async def _on_key(self, event): ...", ["Prompt._on_key"]),
        ("class Prompt:\n if True:\n  def _set_dirty(self): ...", ["Prompt._set_dirty"]),
        ("def f(screen): screen._compositor.reflow()", ["screen._compositor"]),
        ("getattr(app, '_driver')", ["._driver"]),
        ("mock.patch('textual.app.App._display')", ["._display"]),
        ("class Prompt:\n def f(self): return self._place, self._browsing", []),
        ("from textual.widgets import TextArea", []),
        ("import os\nos._exit(1)", []),
        ("place._replace(row=1)", []),
    ],
)
def test_a_use_is_found(source: str, found: list[str]) -> None:
    uses = uses_in(source, "tui.dashboard.chat.prompt")
    assert [use.partition(" ")[2] for use in uses] == found


def test_the_room_for_textual_checks_for_every_name_that_it_uses() -> None:
    checked = {name.partition("(")[0] for names in NAMES.values() for name in names.split()}
    uses = uses_below(PACKAGE / "dashboard" / "textual_internals")
    used = {use.rpartition(".")[2] for use in uses}
    assert "_compositor_refresh" in used
    assert used <= checked
