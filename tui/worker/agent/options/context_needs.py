"""Which context an agent expects, and how to give it one. Nothing of the user's is called."""

import inspect
import types
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeVar, get_args

from agents import Agent

from tui.worker.agent.creating import needed_arguments
from tui.worker.agent.import_file import outline_of
from tui.worker.agent.outline.function_outline import function_outline
from tui.worker.agent.outline.lines_to_write import call_with


class ContextNeed(NamedTuple):
    """A context that the user's code expects."""

    name: str
    """Of its type, as the code writes it."""
    module: str
    """The file or module that uses it, as the user names it."""
    names: Mapping[str, object]
    """What that module holds."""

    @property
    def advice(self) -> str:
        """What to write or to start with, in one line."""
        kind, file = self.names.get(self.name), self.module
        if not inspect.isclass(kind) or kind.__module__ == "builtins":
            return (
                f"Name the object with --context {file}:NAME, "
                f'or write  streamtui = {{"context": NAME}}  in {file}.'
            )
        needed = needed_arguments(kind)
        if not needed:
            return (
                f"Start with --context {file}:{self.name}, "
                f'or write  streamtui = {{"context": {self.name}}}  in {file}.'
            )
        return (
            f'Write  streamtui = {{"context": {call_with(self.name, needed)}}}  in {file}, '
            f"or name the object with --context {file}:NAME."
        )


def expected_context(
    agents: Iterable[Agent[Any]], module: types.ModuleType, shown: str
) -> ContextNeed | None:
    """The context that one of these agents, or a function beside them, is annotated with."""
    agents = list(agents)
    names = filter(None, (*map(_of_agent, agents), *map(_of_instructions, agents)))
    name = next(names, "")
    if not name:
        outline = outline_of(module)
        name = outline.context_type() if outline is not None else ""
    return ContextNeed(name, shown, vars(module)) if name else None


def _of_agent(agent: Agent[Any]) -> str:
    """``X`` of an agent that was made as ``Agent[X](...)``."""
    kinds = get_args(getattr(agent, "__orig_class__", None))
    kind = kinds[0] if kinds else None
    if kind in (None, Any, object, types.NoneType) or isinstance(kind, TypeVar):
        return ""
    return kind.__name__ if inspect.isclass(kind) else str(kind)


def _of_instructions(agent: Agent[Any]) -> str:
    outline = function_outline(agent.instructions) if callable(agent.instructions) else None
    return outline.context if outline is not None else ""
