"""Finds what was named on the command line: modules, attributes, agents."""

from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from agents import Agent

from tui.protocol.worker_settings import WorkerSettings
from tui.worker.agent.import_failures import crashed
from tui.worker.agent.import_file import HOW_TO_NAME, import_file, import_module
from tui.worker.agent.load_error import LoadError
from tui.worker.agent.outline.module_agents import instead_of, only_agent
from tui.worker.agent.refusals import refusal


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
    named = (settings.agent, settings.context, settings.run_config, settings.run_options)
    return [parse_target(name) for name in named if name is not None]


def import_target(target: Target) -> ModuleType:
    """Run the user's module. Raise `LoadError` with their traceback."""
    failed = f"{target.module} could not be imported"
    place = Path(target.module).resolve() if target.is_file else None
    try:
        if target.is_file:
            return import_file(Path(target.module))
        return import_module(target.module)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if not target.is_file and f"{target.module}.".startswith(f"{missing}."):
            raise LoadError(f"There is no module {target.module!r}.", HOW_TO_NAME) from error
        raise crashed(failed, error, place) from error
    except (Exception, SystemExit) as error:
        raise crashed(failed, error, place) from error


def find_attribute(module: ModuleType, target: Target) -> object:
    """The named attribute (dots reach into objects), or the module's only agent."""
    if not target.attribute:
        return only_agent(module, target.module)
    found: object = module
    for name in target.attribute.split("."):
        try:
            found = getattr(found, name)
        except AttributeError as error:
            raise LoadError(
                f"{target.module} has no {target.attribute!r}.",
                instead_of(name, found, module, target.module),
            ) from error
    return found


def checked_agent(
    value: object, target: Target, *, found: object, module: ModuleType
) -> Agent[Any]:
    """The value if it is an agent; ``found`` is what was named, which may have returned it."""
    if isinstance(value, Agent):
        return value
    returned = value is not found
    name = f"{target.module}:{target.attribute}"
    if not target.attribute:
        names = [key for key, one in vars(module).items() if one is found]
        own = "agent" if "agent" in names else next(iter(names), "")
        name = f"{own} in {target.module}" if own else target.module
    words, advice = refusal(value)
    raise LoadError(f"{f'What {name} returned' if returned else name} {words}", advice)
