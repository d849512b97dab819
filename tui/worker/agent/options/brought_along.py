"""Reads what the agent brings along, and makes the objects in it."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import ModuleType

from tui.protocol.worker_settings import WorkerSettings
from tui.worker.agent.creating import created, is_function, needed_arguments
from tui.worker.agent.load_error import LoadError
from tui.worker.agent.loader import Target, find_attribute, parse_target
from tui.worker.agent.options.run_options import ATTRIBUTE, Given, from_data, merged, options_of

_MADE = ("hooks", "session", "error_handlers", "run_config", "context")
"""Keys whose values functions may make."""


async def brought_along(
    settings: WorkerSettings, modules: Mapping[str, ModuleType], stack: AsyncExitStack
) -> dict[str, Given]:
    """By key. Options come first, then ``--run``, the module's ``streamtui``, the settings.

    Only the agent is not made yet: it is not needed if one is named. Raise `LoadError`.
    """
    layers = [from_data(settings.run, "the command line")]
    if settings.run_options is not None:
        target = parse_target(settings.run_options)
        place = f"--run {settings.run_options}"
        found = Given(find_attribute(modules[target.module], target), place)
        value = await made(found, stack)
        layers.append(options_of(value, place))
    if settings.agent is not None:
        module = modules[parse_target(settings.agent).module]
        place = f"{parse_target(settings.agent).module}: {ATTRIBUTE}"
        layers.append(options_of(getattr(module, ATTRIBUTE, {}), place))
    layers.append(from_data(settings.run_defaults, "[run] in the settings"))
    given = merged(layers)
    # What an option names is not made.
    unused = {"context": settings.context, "run_config": settings.run_config}
    for key in _MADE:
        if key in given and unused.get(key) is None:
            given[key] = Given(await made(given[key], stack), given[key].place)
    return given


async def made(given: Given, stack: AsyncExitStack, *, option: str = "--run") -> object:
    """The value, or what its factory makes. Nothing that needs arguments is called."""
    value, place = given
    if is_function(value) or isinstance(value, type):
        needed = needed_arguments(value)
        if needed:
            raise LoadError(
                f"{place} needs {' and '.join(needed)}, which streamtui cannot know.",
                "Write the object itself, or a function without parameters that returns it.",
                code="needs_arguments",
            )
    return await created(value, stack, place, option=option)


def agent_given(given: Mapping[str, Given], target: Target) -> Given | None:
    """The agent that the dict names, unless the command line names one."""
    return None if target.attribute else given.get("agent")
