"""The agents of a module, and which one is meant when none is named."""

import difflib
from types import ModuleType
from typing import Any

from agents import Agent

from tui.worker.agent.creating import is_function, why_not_called
from tui.worker.agent.import_file import outline_of
from tui.worker.agent.load_error import LoadError
from tui.worker.agent.outline.lines_to_write import (
    free_name,
    from_instance,
    listed,
    to_type,
    to_write,
    typed,
)
from tui.worker.agent.reachable import all_agents
from tui.worker.agent.refusals import is_of_another_kind, key_of_agent, refusal

CONVENTIONAL_NAMES = ("agent", "root_agent")


def only_agent(module: ModuleType, shown: str) -> object:
    """The agent that the user means without naming it; ``shown`` is what they named."""
    found, outline = agents_in(module), outline_of(module)
    for name in CONVENTIONAL_NAMES:
        value = getattr(module, name, None)
        if isinstance(value, Agent) or (is_function(value) and not why_not_called(value)):
            return value
    functions = outline.functions if outline is not None else ()
    if len(found) == 1:
        ((name, agent),) = found.items()
        helps = outline.helps(name) if outline is not None else ""
        others = listed([one for one in functions if one.builds], shown, vars(module))
        if helps and others:
            raise LoadError(
                f"The only agent of {shown} outside a function is {name}, a helper: of {helps}.",
                f"{others}\nTo run the helper itself:\n{to_type([typed(shown, name)])}",
                code="helper",
            )
        return agent
    if not found:
        for name, value in vars(module).items():
            if is_of_another_kind(value):
                raise LoadError(f"{shown}:{name} {refusal(value).words}", refusal(value).advice)
        message = f"{shown} has no agent outside its functions."
        raise LoadError(message, _how_to_get_one(module, shown), code="no_agent")
    raise LoadError(
        f"{shown} has {len(found)} agents: {', '.join(found)}.",
        f"Choose one:\n{to_type(_choices(found, module, shown))}",
        code="several_agents",
        choices=_named(found),
    )


def agent_named(module: ModuleType, shown: str, name: str) -> object:
    """The agent in a variable of this name, or with this name. Raise `LoadError`."""
    found = agents_in(module)
    value = getattr(module, name, None) if name.isidentifier() else None
    if isinstance(value, Agent) or is_function(value):
        return value
    same = [agent for agent in found.values() if agent.name.lower() == name.lower()]
    if len(same) == 1:
        return same[0]
    raise LoadError(
        f"{shown} has no agent {name!r}." if not same else f"{shown} has several agents {name!r}.",
        f"Choose one:\n{to_type(_choices(found, module, shown))}" if found else "",
        code="several_agents",
        choices=_named(found),
    )


def _named(found: dict[str, Agent[Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((variable, agent.name) for variable, agent in found.items())


def choice_notice(module: ModuleType, shown: str, chosen: Agent[Any]) -> str:
    """What the user should know about the agent that was chosen for them; "" if nothing."""
    name = next((name for name, one in agents_in(module).items() if one is chosen), "")
    outline = outline_of(module)
    if not name or outline is None:
        return ""
    builders = [one.name for one in outline.functions if one.builds and not one.returns_agent]
    helps = outline.helps(name)
    if not helps and not builders:
        return ""
    words = f"Started {name} of {shown}"
    if helps:
        words += f", a helper: of {helps}"
    if builders:
        words += f". {builders[0]}() builds another agent: {typed(shown, builders[0])} says how"
        words += " to start that"
    return f"{words}."


def instead_of(name: str, owner: object, module: ModuleType, shown: str) -> str:
    """What the user may have meant by an attribute that is not there."""
    agents = agents_in(module)
    if owner is module:
        own = [*agents, *(one for one, value in vars(module).items() if is_function(value))]
        close = difflib.get_close_matches(name, own, 3)
        if close:
            return f"Did you mean:\n{to_type(typed(shown, one) for one in close)}"
    if agents:
        return f"It has these agents:\n{to_type(_choices(agents, module, shown))}"
    return _how_to_get_one(module, shown)


def _how_to_get_one(module: ModuleType, shown: str) -> str:
    taken, outline = vars(module), outline_of(module)
    if outline is not None:
        guarded = outline.under_guard
        functions = (
            *outline.functions,
            *([] if guarded is None else [guarded]),
            *outline.methods,
        )
        held = outline.held_by()
        for lines in (
            listed(functions, shown, taken),
            from_instance(held[0], shown, taken) if held else "",
        ):
            if lines:
                return lines
    for name, value in taken.items():
        key = key_of_agent(value)
        if key:
            line = f"{free_name('agent', taken)} = {name}[{key}]"
            return to_write([line], shown, typed(shown, free_name("agent", taken)))
    lines_ = ['agent = Agent(name="…", instructions="…")']
    return to_write(lines_, shown, typed(shown, "agent"))


def agents_in(module: ModuleType) -> dict[str, Agent[Any]]:
    """The module's agents by name, each once."""
    named: dict[int, tuple[str, Agent[Any]]] = {}
    for name, value in vars(module).items():
        if isinstance(value, Agent):
            named.setdefault(id(value), (name, value))
    return dict(named.values())


def _choices(found: dict[str, Agent[Any]], module: ModuleType, shown: str) -> list[str]:
    """What to type for each agent: the one that the program runs first, helpers last."""
    outline = outline_of(module)
    reached = {id(one) for agent in found.values() for one in all_agents(agent)[1:]}
    helps = {name: outline.helps(name) if outline is not None else "" for name in found}

    def rank(name: str) -> tuple[bool, bool, bool]:
        is_run = outline is not None and outline.is_run(name)
        return bool(helps[name]), not is_run, id(found[name]) in reached

    commands = {name: typed(shown, name) for name in sorted(found, key=rank)}
    width = max(map(len, commands.values()))
    return [
        f"{command:{width}}   {found[name].name}"
        + (f" (a helper: of {helps[name]})" if helps[name] else "")
        for name, command in commands.items()
    ]
