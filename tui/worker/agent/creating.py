"""Makes what was named: calls factories, enters context managers, and never runs the program."""

import functools
import inspect
import sys
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any

from agents import Agent

from tui.worker.agent.import_failures import crashed
from tui.worker.agent.import_file import outline_of
from tui.worker.agent.load_error import LoadError
from tui.worker.agent.outline.function_outline import FunctionOutline, function_outline
from tui.worker.agent.outline.lines_to_write import (
    call_with,
    free_name,
    from_function,
    from_instance,
    to_write,
    typed,
)
from tui.worker.agent.refusals import refusal

_VARIABLES = {"": "agent", "--context": "context", "--run-config": "run_config"}
"""What to call the value of an option in the user's file."""


async def created(
    value: object, stack: AsyncExitStack, what: str, *, option: str = "", agent: str = ""
) -> Any:
    """The value itself, or what it returns: a function, async or not, or an async context manager.

    Context managers are exited when ``stack`` is closed. ``option`` names the value on the command
    line, after ``agent``; "" for the agent itself. Raise `LoadError` instead of calling what looks
    like the program, or what needs arguments.
    """
    if inspect.iscoroutine(value):
        value.close()
        raise LoadError(
            f"{what} is a coroutine: the function that made it was called without await.",
            "Name the function itself: streamtui calls and awaits it.",
        )
    try:
        if is_function(value) or inspect.isclass(value):
            _refuse_call(value, what, option, agent)
            value = value()  # type: ignore[operator]
        if isinstance(value, AbstractAsyncContextManager):
            return await stack.enter_async_context(value)
        if isinstance(value, Awaitable):
            return await value
    except (Exception, SystemExit) as error:  # the user's code may raise anything
        raise crashed(f"{what} could not be created", error) from error
    return value


def is_function(value: object) -> bool:
    return inspect.isroutine(value) or isinstance(value, functools.partial)


def why_not_called(function: object) -> str:
    outline = function_outline(function) if callable(function) else None
    if outline is not None and outline.why_not_called:
        return outline.why_not_called
    needed = needed_arguments(function)
    return f"it needs {' and '.join(needed)}" if needed else ""


def _refuse_call(value: object, what: str, option: str, agent: str) -> None:
    """Raise `LoadError` if the value must not, or cannot, be called."""
    if inspect.isclass(value):
        if not option and not issubclass(value, Agent | AbstractAsyncContextManager):
            words, advice = refusal(value)
            raise LoadError(f"{what} {words}", _instance_with_agent(value, what) or advice)
        outline = None
    else:
        outline = function_outline(value) if callable(value) else None
    taken = getattr(value, "__globals__", {})
    if outline is not None:
        _refuse_program(outline, what, option, taken)
    needed = needed_arguments(value)
    if not needed:
        return
    module, _, attribute = what.rpartition(":")
    variable = free_name(_VARIABLES.get(option, "value"), taken)
    call = call_with(attribute or what, needed)
    owner, _, method = attribute.rpartition(".")
    if owner and needed[0] == "self":
        call = call_with(f"{owner}(…).{method}", needed[1:])
        needed = (f"a {owner}", *needed[1:])
    lines = [f"{variable} = {call}"]
    if outline is not None and outline.is_async:
        lines = [f"async def {variable}():", f"    return await {call}"]
    raise LoadError(
        f"{what} needs {' and '.join(needed)}, which streamtui cannot know.",
        to_write(lines, module or what, typed(module, variable, option, agent)),
        code="needs_arguments",
    )


def _instance_with_agent(kind: type, what: str) -> str:
    """How to get the agent that instances of a class have; "" if they have none."""
    module = sys.modules.get(kind.__module__)
    outline = outline_of(module) if module is not None else None
    held = outline.held_by(kind.__name__) if outline is not None else ()
    return from_instance(held[0], what.rpartition(":")[0] or what, vars(module)) if held else ""


def _refuse_program(
    outline: FunctionOutline, what: str, option: str, taken: dict[str, object]
) -> None:
    why = outline.why_no_value if option else outline.why_not_called
    if not why:
        return
    lines = "" if option else from_function(outline, what.rpartition(":")[0] or what, taken)
    wanted = "agent" if not option else "object"
    raise LoadError(
        f"{what} was not run: {why}, so it looks like the program.",
        lines or f"Name a function that only makes and returns the {wanted}.",
        code="looks_like_program",
    )


def needed_arguments(function: object) -> tuple[str, ...]:
    """The parameters that must be given to call it."""
    try:
        parameters = inspect.signature(function).parameters.values()  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return ()
    free = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return tuple(
        one.name for one in parameters if one.default is one.empty and one.kind not in free
    )
