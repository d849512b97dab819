"""What a function's source says, found without calling it. Pure."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from tui.worker.agent.outline.syntax import (
    RUNNER,
    Function,
    beginning,
    dotted,
    gives_agent,
    is_agent_call,
    last_name,
    running,
    text_argument,
    walk,
    with_blocks,
)

AGENT_CLASSES = ("Agent", "SandboxAgent")
UNDER_GUARD = "__main__"
"""Stands for the name of the function where the code under the main guard is outlined."""
PROGRAM_NAMES = frozenset(
    ("main", "_main", "amain", "async_main", "run", "cli", "demo", "start", "serve", "chat")
)
_PROGRAM_PREFIXES = ("main_", "run_", "test_")
_CONTEXT_WRAPPERS = ("RunContextWrapper", "ToolContext", "AgentHookContext")


class BuiltAgent(NamedTuple):
    """A call of ``Agent(...)`` in a function."""

    line: int
    variable: str
    """"" when it has no name of its own."""
    name: str
    """The agent's, if it is plain text."""
    call: str
    """How the call begins: ``Agent(name='Support', …)``."""
    uses: tuple[str, ...]
    """Names of the function that the call needs."""
    opened_by: str
    """The ``async with`` around it, as source; "" for none."""


class HeldAgent(NamedTuple):
    """An agent that the instances of a class have as an attribute."""

    owner: str
    """The class."""
    attribute: str
    parameters: tuple[str, ...]
    """Those that must be given to make an instance."""
    line: int


class FunctionOutline(NamedTuple):
    """What the source of a function says."""

    name: str
    line: int
    is_async: bool
    parameters: tuple[str, ...]
    """Those that must be given."""
    runs: str
    """The first call that runs a program: ``Runner.run(…)``; "" for none."""
    runs_line: int
    nothing: bool
    """It returns nothing: so it is annotated, or it has neither a return value nor a yield."""
    annotated: bool
    """Its return annotation is an agent."""
    returns_agent: bool
    """So it is annotated, or it returns or yields an agent that it builds."""
    builds: tuple[BuiltAgent, ...]
    calls: tuple[str, ...]
    """The names that it calls."""
    context: str
    """The context that it expects: ``X`` of a parameter ``RunContextWrapper[X]``; "" for none."""

    @property
    def why_no_value(self) -> str:
        """Why a call is not for its value, as it looks like the program; "" if it is."""
        if self.runs:
            return f"it calls {self.runs} on line {self.runs_line}"
        return "it returns nothing" if self.nothing else ""

    @property
    def why_not_called(self) -> str:
        """Why it is not called to get an agent; "" if it is."""
        named_so = is_program_name(self.name)
        if self.annotated and not (named_so and self.runs):
            return ""
        if self.why_no_value:
            return self.why_no_value
        return "its name is that of a program" if named_so and not self.returns_agent else ""


def is_program_name(name: str) -> bool:
    return name in PROGRAM_NAMES or name.startswith(_PROGRAM_PREFIXES)


def function_outline(function: Callable[..., object]) -> FunctionOutline | None:
    """The outline of a function object; None if its source cannot be read."""
    try:
        lines, first = inspect.getsourcelines(inspect.unwrap(function))
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    node = next((one for one in tree.body if isinstance(one, Function)), None)
    if node is None:
        return None
    known = inspect.unwrap(function).__globals__ if inspect.isfunction(function) else {}
    names = {name for name, value in known.items() if _is_agent_class(value)}
    ast.increment_lineno(node, first - 1)
    return outlined(node, names or set(AGENT_CLASSES))


def context_of_parameters(function: Function) -> str:
    """The ``X`` of the first parameter that is annotated ``RunContextWrapper[X]``."""
    for argument in (*function.args.posonlyargs, *function.args.args):
        note = argument.annotation
        if isinstance(note, ast.Constant) and isinstance(note.value, str):
            try:
                note = ast.parse(note.value, mode="eval").body
            except SyntaxError:
                continue
        if isinstance(note, ast.Subscript) and last_name(note.value) in _CONTEXT_WRAPPERS:
            name = ast.unparse(note.slice)
            return "" if name in ("Any", "None", "object", "typing.Any") else name
    return ""


def _is_agent_class(value: object) -> bool:
    return inspect.isclass(value) and any(
        (one.__module__, one.__name__) == ("agents.agent", "Agent") for one in value.__mro__
    )


def outlined(node: Function, names: Iterable[str]) -> FunctionOutline:
    names = set(names)
    inner = list(walk(node.body))
    returned = [
        one.value
        for one in inner
        if isinstance(one, ast.Return | ast.Yield) and one.value is not None
    ]
    yields = any(isinstance(one, ast.Yield | ast.YieldFrom) for one in inner)
    builds = tuple(_built(node, names))
    variables = {one.variable for one in builds if one.variable}
    builds_it = any(
        is_agent_call(value, names) or (isinstance(value, ast.Name) and value.id in variables)
        for value in returned
    )
    annotated = gives_agent(node.returns, names)
    says_none = isinstance(node.returns, ast.Constant) and node.returns.value is None
    ran = next((one for one in inner if isinstance(one, ast.Call) and running(one)), None)
    return FunctionOutline(
        name=node.name,
        line=node.lineno,
        is_async=isinstance(node, ast.AsyncFunctionDef),
        parameters=needed(node),
        runs=f"{running(ran)}()" if ran is not None else "",
        runs_line=ran.lineno if ran is not None else 0,
        nothing=says_none or not (returned or yields),
        annotated=annotated,
        returns_agent=annotated or builds_it,
        builds=_run_first(builds, inner),
        calls=tuple(dotted(one.func) for one in inner if isinstance(one, ast.Call)),
        context=context_of_parameters(node),
    )


def _run_first(builds: tuple[BuiltAgent, ...], inner: list[ast.AST]) -> tuple[BuiltAgent, ...]:
    """The agent that the function runs comes first, else the one that it builds last."""
    ran = {
        dotted(one.args[0])
        for one in inner
        if isinstance(one, ast.Call) and one.args and running(one).startswith(f"{RUNNER}.")
    }
    chosen = [one for one in builds if one.variable and one.variable in ran] or list(builds[-1:])
    return (*chosen, *(one for one in builds if one not in chosen))


def needed(node: Function) -> tuple[str, ...]:
    positional = [*node.args.posonlyargs, *node.args.args]
    required = positional[: len(positional) - len(node.args.defaults)]
    keywords = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    required += [argument for argument, default in keywords if default is None]
    return tuple(argument.arg for argument in required if argument.arg not in ("self", "cls"))


def held_agents(method: Function, names: set[str]) -> Iterator[tuple[str, int]]:
    """Attributes that a method gives an agent, with their lines."""
    for node in walk(method.body):
        if isinstance(node, ast.Assign | ast.AnnAssign) and is_agent_call(node.value, names):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Attribute) and dotted(target.value) == "self":
                    yield target.attr, node.lineno


def _built(function: Function, names: set[str]) -> Iterator[BuiltAgent]:
    assigned = {
        node.id
        for node in walk(function.body)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    arguments = function.args
    assigned |= {
        one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    }
    variables = {
        id(node.value): target.id
        for node in walk(function.body)
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for node, opened_by in with_blocks(function.body, ""):
        if not isinstance(node, ast.Call) or not is_agent_call(node, names):
            continue
        used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        yield BuiltAgent(
            line=node.lineno,
            variable=variables.get(id(node), ""),
            name=text_argument(node),
            call=beginning(node),
            uses=tuple(sorted(used & assigned)),
            opened_by=opened_by,
        )
