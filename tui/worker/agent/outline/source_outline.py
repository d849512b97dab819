"""What a file's source says about its agents and functions, found without running it. Pure."""

import ast
from collections.abc import Iterable, Iterator

from tui.worker.agent.outline.function_outline import (
    AGENT_CLASSES,
    UNDER_GUARD,
    FunctionOutline,
    HeldAgent,
    context_of_parameters,
    held_agents,
    is_program_name,
    needed,
    outlined,
)
from tui.worker.agent.outline.syntax import (
    LOOP_STARTERS,
    RUNNER,
    RUNNING_METHODS,
    Function,
    dotted,
    first_line,
    last_name,
    mentions,
    running,
    walk,
)

_SDK = "agents"
_GUARDRAILS = (
    "input_guardrail", "output_guardrail", "tool_input_guardrail", "tool_output_guardrail",
)  # fmt: skip


class SourceOutline:
    """The outline of a module, ``source`` being its text. Raises SyntaxError."""

    def __init__(self, source: str) -> None:
        self._tree = ast.parse(source)
        self._names = _agent_names(self._tree)
        self._defined = [node for node in self._tree.body if isinstance(node, Function)]
        self._outlines: dict[str, FunctionOutline] = {}

    @property
    def functions(self) -> tuple[FunctionOutline, ...]:
        found = (self.function(name) for name in dict.fromkeys(one.name for one in self._defined))
        return tuple(filter(None, found))

    def function(self, name: str) -> FunctionOutline | None:
        """The last one of that name; outlined when it is asked for, as most never are."""
        node = next((one for one in reversed(self._defined) if one.name == name), None)
        if node is not None and name not in self._outlines:
            self._outlines[name] = outlined(node, self._names)
        return self._outlines.get(name)

    @property
    def methods(self) -> tuple[FunctionOutline, ...]:
        """Methods, named ``Class.method``; their instances stand for ``self``."""
        return tuple(
            outlined(method, self._names)._replace(name=f"{node.name}.{method.name}")
            for node in self._tree.body
            if isinstance(node, ast.ClassDef)
            for method in node.body
            if isinstance(method, Function) and method.name != "__init__"
        )

    @property
    def under_guard(self) -> FunctionOutline | None:
        """What stands under ``if __name__ == "__main__":``, as if it were a function."""
        guarded = [
            statement
            for node in self._tree.body
            if isinstance(node, ast.If) and _is_main_guard(node.test)
            for statement in node.body
        ]
        if not guarded:
            return None
        no_arguments = ast.arguments([], [], None, [], [], None, [])
        function = ast.FunctionDef(UNDER_GUARD, no_arguments, guarded, [], None)
        function.lineno = guarded[0].lineno
        return outlined(function, self._names)

    def held_by(self, class_name: str = "") -> tuple[HeldAgent, ...]:
        """Agents that instances of the classes have as attributes; of one class, if it is named."""
        return tuple(
            HeldAgent(node.name, attribute, needed(method), built)
            for node in self._tree.body
            if isinstance(node, ast.ClassDef) and class_name in ("", node.name)
            for method in node.body
            if isinstance(method, Function) and method.name == "__init__"
            for attribute, built in held_agents(method, self._names)
        )

    def runs_on_import(self) -> tuple[int, str] | None:
        """Line and source of the first statement that would run the program when imported."""
        for statement in _at_module_level(self._tree.body):
            for node in walk(_own_expressions(statement)):
                if isinstance(node, ast.Await):
                    return node.lineno, first_line(node)
                if isinstance(node, ast.Call) and self._is_program(node):
                    return statement.lineno, first_line(statement)
        return None

    def awaits_on_import(self) -> bool:
        """Whether it awaits outside a function, as only a notebook can."""
        return any(
            isinstance(node, ast.Await)
            for statement in _at_module_level(self._tree.body)
            for node in walk(_own_expressions(statement))
        )

    def most_dots(self) -> int:
        """The most leading dots of a relative import; 0 for none."""
        imports = (node for node in ast.walk(self._tree) if isinstance(node, ast.ImportFrom))
        return max((node.level for node in imports), default=0)

    def helps(self, variable: str) -> str:
        """What a module-level agent is a helper of, as words; "" if it is not one."""
        found = ""
        guarding = self._guardrail_functions()
        for function in self._defined:
            words = ""
            if function.name in guarding:
                words = f"the guardrail {function.name}"
            elif any(last_name(one) == "function_tool" for one in function.decorator_list):
                words = f"the tool {function.name}"
            for node in ast.walk(function):
                if not isinstance(node, ast.Call) or not mentions(node, variable):
                    continue
                called = dotted(node.func)
                if called.startswith(f"{RUNNER}.") and _is_first(node, variable):
                    if not words:
                        return ""
                    found = found or words
                elif called in (f"{variable}.as_tool", "handoff") or _hands_off(node, variable):
                    found = found or f"an agent that {function.name}() builds"
        return found

    def is_run(self, variable: str) -> bool:
        """Whether a function other than a guardrail or a tool runs this module-level agent."""
        aside = self._guardrail_functions()
        for function in self._defined:
            is_tool = any(last_name(one) == "function_tool" for one in function.decorator_list)
            if is_tool or function.name in aside:
                continue
            nodes = list(ast.walk(function))
            names = {variable} | {
                dotted(target)
                for node in nodes
                if isinstance(node, ast.Assign) and dotted(node.value) == variable
                for target in node.targets
            }
            calls = (one for one in nodes if isinstance(one, ast.Call))
            running_it = (one for one in calls if dotted(one.func).startswith(f"{RUNNER}."))
            if any(_is_first(call, name) for call in running_it for name in names):
                return True
        return False

    def context_type(self) -> str:
        """The context that functions annotate: ``X`` in ``RunContextWrapper[X]``; "" for none."""
        for node in ast.walk(self._tree):
            if isinstance(node, Function):
                found = context_of_parameters(node)
                if found:
                    return found
        return ""

    def _is_program(self, call: ast.Call) -> bool:
        called = running(call)
        if called in LOOP_STARTERS or called.rpartition(".")[2] in RUNNING_METHODS:
            # `agent = asyncio.run(build())` builds; `asyncio.run(main())` runs.
            inner = call.args[0] if call.args else None
            return self._runs(dotted(inner.func if isinstance(inner, ast.Call) else inner))
        name = dotted(call.func)
        called_here = self.function(name)
        if called_here is not None:
            return not called_here.is_async and self._runs(name)
        return bool(called) or name == "main"

    def _runs(self, name: str, seen: frozenset[str] = frozenset()) -> bool:
        """Whether the function of that name is the program, or calls what runs one."""
        function = self.function(name)
        if function is None:
            return is_program_name(name) and not seen
        if function.annotated or name in seen:
            return False
        if function.runs:
            return True
        if is_program_name(name) and not seen:
            return not function.returns_agent
        return any(self._runs(one, seen | {name}) for one in function.calls)

    def _guardrail_functions(self) -> set[str]:
        named = {
            function.name
            for function in self._defined
            if any(last_name(one) in _GUARDRAILS for one in function.decorator_list)
        }
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call) and last_name(node.func).endswith("Guardrail"):
                given = (*node.args, *(keyword.value for keyword in node.keywords))
                named |= {one.id for one in given if isinstance(one, ast.Name)}
        return named


def _at_module_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that an import runs."""
    for statement in body:
        if isinstance(statement, Function | ast.ClassDef):
            continue
        if isinstance(statement, ast.If) and _is_main_guard(statement.test):
            yield from _at_module_level(statement.orelse)
            continue
        yield statement
        for field in ("body", "orelse", "finalbody"):
            yield from _at_module_level(getattr(statement, field, ()))
        for handler in getattr(statement, "handlers", ()):
            yield from _at_module_level(handler.body)


def _own_expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """What a statement evaluates itself; its blocks are statements of their own."""
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, ast.stmt | ast.excepthandler):
            yield child


def _is_main_guard(test: ast.expr) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "__name__" for one in ast.walk(test))


def _agent_names(tree: ast.Module) -> set[str]:
    """Names that stand for the SDK's agent classes, and those of their subclasses."""
    names = set(AGENT_CLASSES)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            of_sdk = (node.module or "").partition(".")[0] == _SDK
            for alias in node.names:
                known = alias.asname or alias.name
                if of_sdk and alias.name in AGENT_CLASSES:
                    names.add(known)
                elif not of_sdk and known in AGENT_CLASSES:
                    names.discard(known)
        elif isinstance(node, ast.ClassDef) and any(last_name(one) in names for one in node.bases):
            names.add(node.name)
    return names


def _hands_off(call: ast.Call, variable: str) -> bool:
    return any(
        keyword.arg == "handoffs" and mentions(keyword.value, variable) for keyword in call.keywords
    )


def _is_first(call: ast.Call, variable: str) -> bool:
    given = call.args[:1] or [one.value for one in call.keywords if one.arg == "starting_agent"]
    return any(isinstance(one, ast.Name) and one.id == variable for one in given)
