"""Finds what was named on the command line: modules, attributes, agents."""

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from agents import Agent

from tui.protocol.events import Problem
from tui.protocol.worker_settings import WorkerSettings
from tui.worker.failures.tracebacks import user_traceback

CONVENTIONAL_NAMES = ("agent", "root_agent")
HOW_TO_NAME = "Name it as package.module:attribute or path/to/file.py:attribute."


class LoadError(Exception):
    """The agent, or something else that was named, cannot be loaded."""

    def __init__(
        self, message: str, advice: str = "", *, code: str = "not_loaded", detail: str = ""
    ) -> None:
        super().__init__(message)
        self.problem = Problem(
            kind="agent", message=message, advice=advice, code=code, detail=detail
        )


class Target(NamedTuple):
    module: str
    """Dotted name, or a path that ends with .py."""
    attribute: str
    """"" when the module is to be searched."""

    @property
    def is_file(self) -> bool:
        return self.module.endswith(".py")


def parse_target(text: str) -> Target:
    """``module:attribute``, ``file.py:attribute``, or either without the attribute."""
    head, separator, tail = text.rpartition(":")
    if separator and "/" not in tail and not tail.endswith(".py"):
        return Target(head, tail)
    return Target(text, "")


def named_targets(settings: WorkerSettings) -> list[Target]:
    named = (settings.agent, settings.context, settings.run_config)
    return [parse_target(name) for name in named if name is not None]


def import_target(target: Target) -> ModuleType:
    """Run the user's module. Raise `LoadError` with their traceback."""
    failed = f"{target.module} could not be imported"
    try:
        if target.is_file:
            return _import_file(Path(target.module))
        return importlib.import_module(target.module)
    except ModuleNotFoundError as error:
        if error.name and (target.module == error.name or target.module.startswith(error.name)):
            raise LoadError(f"There is no module {target.module!r}.", HOW_TO_NAME) from error
        raise _crashed(failed, error) from error
    except (Exception, SystemExit) as error:
        raise _crashed(failed, error) from error


def find_attribute(module: ModuleType, target: Target) -> object:
    """The named attribute (dots reach into objects), or the module's only agent."""
    if not target.attribute:
        return _only_agent(module)
    found: object = module
    for name in target.attribute.split("."):
        try:
            found = getattr(found, name)
        except AttributeError as error:
            raise LoadError(
                f"{target.module} has no {target.attribute!r}.",
                f"It has these agents: {', '.join(_agents_in(module)) or 'none'}.",
            ) from error
    return found


async def created(value: object, stack: AsyncExitStack, what: str) -> Any:
    """The value itself, or what it returns: a function, async or not, or an async context manager.

    Context managers are exited when ``stack`` is closed.
    """
    try:
        if inspect.isroutine(value) or inspect.isclass(value):
            value = value()
        if isinstance(value, AbstractAsyncContextManager):
            return await stack.enter_async_context(value)
        if isinstance(value, Awaitable):
            return await value
    except Exception as error:  # the user's code may raise anything
        raise _crashed(f"{what} could not be created", error) from error
    return value


def checked_agent(value: object, target: Target) -> Agent[Any]:
    if isinstance(value, Agent):
        return value
    name = f"{target.module}:{target.attribute}" if target.attribute else target.module
    raise LoadError(
        f"{name} is a {type(value).__name__}, not an Agent.",
        "It must be an Agent, or a function or async context manager that returns one.",
    )


def _import_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise LoadError(f"There is no file {str(path)!r}.", HOW_TO_NAME)
    path = path.resolve()
    if str(path.parent) not in sys.path:
        # As when it is run as a script: it can import the modules next to it.
        sys.path.insert(0, str(path.parent))
    name = path.stem if path.stem not in sys.modules else f"streamtui_user_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise LoadError(f"{path} is not a Python file.", HOW_TO_NAME)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _agents_in(module: ModuleType) -> dict[str, Agent[Any]]:
    return {name: value for name, value in vars(module).items() if isinstance(value, Agent)}


def _only_agent(module: ModuleType) -> object:
    found = _agents_in(module)
    for name in CONVENTIONAL_NAMES:
        if hasattr(module, name) and (name in found or callable(getattr(module, name))):
            return getattr(module, name)
    different = {id(agent): agent for agent in found.values()}
    if len(different) == 1:
        return next(iter(different.values()))
    if not found:
        raise LoadError(f"{module.__name__} has no agent.", HOW_TO_NAME)
    raise LoadError(
        f"{module.__name__} has {len(different)} agents: {', '.join(found)}.",
        "Choose one: add :NAME.",
    )


def _crashed(what: str, error: BaseException) -> LoadError:
    if isinstance(error, LoadError):
        return error
    name = type(error).__name__
    return LoadError(
        f"{what}: {name}: {error}", "Fix it and reload.", code=name, detail=user_traceback(error)
    )
