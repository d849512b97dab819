"""Small questions to a syntax tree. Pure."""

import ast
from collections.abc import Iterable, Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef
RUNNER = "Runner"
LOOP_STARTERS = ("asyncio.run", "anyio.run", "trio.run")
_RUNNING = frozenset(
    (f"{RUNNER}.run", f"{RUNNER}.run_sync", f"{RUNNER}.run_streamed", *LOOP_STARTERS)
) | {"uvicorn.run", "run_demo_loop", "input"}
RUNNING_METHODS = ("run_until_complete", "run_forever")
_AROUND = ("trace", "custom_span", "agent_span", "function_span")
"""Blocks that an agent does not need around it."""
_WRAPPERS = frozenset(
    (
        "Awaitable", "Coroutine", "Iterator", "Generator", "AsyncIterator", "AsyncGenerator",
        "AsyncContextManager", "AbstractAsyncContextManager", "Optional", "Union",
    )
)  # fmt: skip


def with_blocks(nodes: Iterable[ast.AST], opened_by: str) -> Iterator[tuple[ast.AST, str]]:
    """Every node that the function itself runs, with the ``async with`` that it stands in."""
    for node in nodes:
        if isinstance(node, Function | ast.ClassDef | ast.Lambda):
            continue
        yield node, opened_by
        inside = opened_by
        if isinstance(node, ast.AsyncWith):
            needed = [one for one in node.items if last_name(one.context_expr) not in _AROUND]
            if needed:
                inside = f"async with {', '.join(map(_with_item, needed))}:"
        yield from with_blocks(ast.iter_child_nodes(node), inside)


def _with_item(item: ast.withitem) -> str:
    opened = item.context_expr
    words = f"{dotted(opened.func)}(…)" if isinstance(opened, ast.Call) else ast.unparse(opened)
    name = f" as {ast.unparse(item.optional_vars)}" if item.optional_vars is not None else ""
    return f"{words}{name}"


def walk(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes and all below them, but not inside functions and classes that are defined there."""
    for node, _ in with_blocks(nodes, ""):
        yield node


def is_agent_call(node: ast.AST | None, names: set[str]) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in names


def gives_agent(note: ast.expr | None, names: set[str]) -> bool:
    """Whether a return annotation promises one of these classes, or a way to get one."""
    match note:
        case ast.Constant(value=str(text)):
            return gives_agent(_parsed(text), names)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return gives_agent(left, names) or gives_agent(right, names)
        case ast.Subscript(value=outer, slice=inner) if last_name(outer) in _WRAPPERS:
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return any(gives_agent(part, names) for part in parts)
    return isinstance(note, ast.Name | ast.Attribute | ast.Subscript) and last_name(note) in names


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return None


def running(call: ast.Call) -> str:
    """The call's name if it runs a program; "" if not."""
    name = dotted(call.func)
    short = ".".join(name.split(".")[-2:])
    if short in _RUNNING:
        return short
    return name if name.rpartition(".")[2] in RUNNING_METHODS else ""


def mentions(node: ast.AST, variable: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == variable for one in ast.walk(node))


def last_name(node: ast.AST | None) -> str:
    """``b`` of ``a.b``, ``a.b[x]`` and ``a.b(x)``."""
    while isinstance(node, ast.Subscript | ast.Call):
        node = node.value if isinstance(node, ast.Subscript) else node.func
    return dotted(node).rpartition(".")[2]


def dotted(node: ast.AST | None) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def text_argument(call: ast.Call) -> str:
    given = [one.value for one in call.keywords if one.arg == "name"] or call.args[:1]
    text = given[0].value if given and isinstance(given[0], ast.Constant) else ""
    return text if isinstance(text, str) else ""


def beginning(call: ast.Call) -> str:
    called, name = ast.unparse(call.func), text_argument(call)
    return f'{called}(name="{name}", …)' if name else f"{called}(…)"


def first_line(node: ast.AST) -> str:
    line = ast.unparse(node).partition("\n")[0]
    return line if len(line) <= 60 else f"{line[:59]}…"
