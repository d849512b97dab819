"""What to write and to type so that streamtui finds an agent, in the user's own names. Pure."""

import shlex
from collections.abc import Iterable, Sequence

from tui.worker.agent.outline.function_outline import (
    UNDER_GUARD,
    BuiltAgent,
    FunctionOutline,
    HeldAgent,
)

_INDENT = "    "
_MOST_LISTED = 6


def typed(module: str, attribute: str, option: str = "", agent: str = "") -> str:
    """What to type: ``streamtui mine.py:agent``, or with ``--context mine.py:context``."""
    reference = f"{module}:{attribute}" if attribute else module
    words = ["streamtui", *filter(None, (agent, option)), reference]
    return shlex.join(words)


def to_write(lines: Sequence[str], where: str, type_: str) -> str:
    """The lines of a file, and then what to type."""
    written = "\n".join(f"{_INDENT}{line}" for line in lines)
    return f"Write in {where}, outside any function:\n{written}\nand type:\n{_INDENT}{type_}"


def to_type(commands: Iterable[str]) -> str:
    return "\n".join(f"{_INDENT}{command}" for command in commands)


def free_name(wish: str, taken: Iterable[str]) -> str:
    """``wish``, or a longer name if the file has it already."""
    names = set(taken)
    return next(name for name in (wish, f"my_{wish}", f"streamtui_{wish}") if name not in names)


def call_with(name: str, parameters: Iterable[str]) -> str:
    """A call in which the user fills in the arguments: ``build(model=…)``."""
    return f"{name}({', '.join(f'{one}=…' for one in parameters)})"


def from_function(function: FunctionOutline, module: str, taken: Iterable[str]) -> str:
    """How to get the agent that this function gives or builds; "" if there is no way."""
    if function.returns_agent and not function.why_not_called:
        return from_factory(function, module, taken)
    if function.builds:
        return _from_program(function, function.builds[0], module, taken)
    return ""


def from_factory(function: FunctionOutline, module: str, taken: Iterable[str]) -> str:
    if not function.parameters and "." not in function.name:
        command = typed(module, function.name)
        return f"{function.name}() gives one. Type:\n{_INDENT}{command}"
    name = free_name("agent", taken)
    owner, _, method = function.name.rpartition(".")
    call = call_with(f"{owner}(…).{method}" if owner else method, function.parameters)
    lines = [f"{name} = {call}"]
    if function.is_async:
        lines = [f"async def {name}():", f"{_INDENT}return await {call}"]
    needs = " and ".join((*([f"a {owner}"] if owner else []), *function.parameters))
    return f"{function.name}() gives one, but needs {needs}. " + to_write(
        lines, module, typed(module, name)
    )


def from_instance(held: HeldAgent, module: str, taken: Iterable[str]) -> str:
    """How to get the agent that an instance has."""
    name = free_name("agent", taken)
    line = f"{name} = {call_with(held.owner, held.parameters)}.{held.attribute}"
    intro = f"Each {held.owner} has one, as {held.attribute} (line {held.line}). "
    return intro + to_write([line], module, typed(module, name))


def listed(functions: Sequence[FunctionOutline], module: str, taken: Iterable[str]) -> str:
    """What to do with the first function that could give an agent, and the names of the others."""
    taken = set(taken)
    useful = [one for one in _best_first(functions) if one.returns_agent or one.builds]
    if not useful:
        return ""
    parts = [from_function(useful[0], module, taken)]
    others = [one.name for one in useful[1:]]
    if others:
        names = ", ".join(f"{name}()" for name in others[:_MOST_LISTED])
        parts.append(f"Other functions that build one: {names}.")
    return "\n".join(parts)


def _best_first(functions: Iterable[FunctionOutline]) -> list[FunctionOutline]:
    """Factories that can be called as they are, then programs that build what they run."""

    def rank(function: FunctionOutline) -> tuple[bool, bool]:
        is_factory = function.returns_agent and not function.why_not_called
        direct = is_factory and not function.parameters and "." not in function.name
        return not direct, is_factory

    return sorted(functions, key=rank)


def _from_program(
    function: FunctionOutline, built: BuiltAgent, module: str, taken: Iterable[str]
) -> str:
    what = f'"{built.name}"' if built.name else "an agent"
    intro = f"{function.name}() builds {what} on line {built.line}, where only it can see it. "
    if function.name == UNDER_GUARD:
        intro = f'{what} on line {built.line} is built under  if __name__ == "__main__":  only. '
    name = free_name(built.variable or "agent", taken)
    if built.opened_by:
        lines = [
            "@contextlib.asynccontextmanager",
            f"async def build_{name}():",
            f"{_INDENT}{built.opened_by}",
            f"{_INDENT * 2}yield {built.call}",
        ]
        return intro + to_write(lines, module, typed(module, f"build_{name}"))
    along = f"  # and with it: {', '.join(built.uses)}" if built.uses else ""
    return intro + to_write([f"{name} = {built.call}{along}"], module, typed(module, name))
