"""Where a long block is cut, and what the next piece has to open again."""

import re

import msgspec
from msgspec.structs import replace

from tui.dashboard.transcript.literal import limit_marks
from tui.dashboard.transcript.markdown import (
    Node,
    block_tokens,
    full_tokens,
    is_loose,
    is_too_deep,
    tree,
)
from tui.dashboard.transcript.markdown_tables import measure, widened
from tui.dashboard.transcript.pieces import FRESH, Columns, Context, Fence, OpenList

# An HTML comment is a block that ends on its own line: it fills a list item that is opened again
# without becoming part of the text after it.
FILLER = "<!---->"
_CONTAINERS = frozenset({"bullet_list", "ordered_list", "list_item", "blockquote"})
LISTS = frozenset({"bullet_list", "ordered_list"})
_MARKER = r"[ \t>]*(?:[-+*]|\d{1,9}[.)])"
_CUT_ANYWHERE = frozenset({"fence", "table", "code_block"})


class Cut(msgspec.Struct, frozen=True):
    """The piece ends at ``offset`` of the source; the next one starts in ``context``."""

    offset: int
    context: Context
    fence: Fence | None = None
    """The fence that was cut through."""
    columns: Columns | None = None
    """The columns of the table that was cut through."""


def cut_inside(
    nodes: list[Node], source: str, context: Context, offsets: list[int], *, everything: bool
) -> Cut | None:
    """Cut the only block of a source between its last two parts, or at its end.

    Paragraphs and headings are cut through only when ``everything`` is asked for.
    """
    if not nodes:
        return Cut(len(source), FRESH) if everything else None
    path, leaf = _last_branch(nodes[-1], context)
    skipped = context.prefix_lines
    for depth, node in enumerate(path):
        real = [child for child in node.children if child.last > skipped]
        if len(real) > 1 and real[-1].first > skipped:
            offset = offsets[real[-1].first - skipped]
            if offset:
                after = _reopened(path[: depth + 1], source, context, last_included=False)
                return Cut(offset, after)
    unparsed = leaf.kind in _CONTAINERS and is_too_deep(leaf)
    if leaf.kind in _CUT_ANYWHERE or unparsed or everything:
        return cut_at_end(nodes, source, context)
    return None


def cut_at_end(nodes: list[Node], source: str, context: Context) -> Cut:
    """Cut after the last line, through any block that is open there."""
    if not nodes:
        return Cut(len(source), FRESH)
    path, leaf = _last_branch(nodes[-1], context)
    after = _reopened(path, source, context, last_included=True)
    if leaf.kind == "fence":
        return _cut_fence(leaf, source, context, after)
    if leaf.kind == "table":
        return _cut_table(leaf, path, source, context, after)
    if not source.endswith("\n"):
        after = replace(after, prefix=after.prefix + _same_line(after.prefix, path))
    return Cut(len(source), replace(after, inside=True))


def _same_line(prefix: str, path: list[Node]) -> str:
    """The prefix that keeps the rest of a line in its lists and quotes."""
    opened = prefix.rstrip("\n").rpartition("\n")[2].partition(FILLER)[0]
    kinds = [node.kind for node in path]
    last_item = max((at for at, kind in enumerate(kinds) if kind == "list_item"), default=-1)
    quotes = kinds[last_item + 1 :].count("blockquote")
    return re.sub(r"[^\s>]", " ", opened) + "> " * quotes


def fence_is_closed(node: Node) -> bool:
    """A closed fence has two lines more than its content; an open one has one."""
    return node.last - node.first - 2 >= len(fence_lines(node))


def fence_lines(node: Node) -> list[str]:
    """The lines of code in a fence."""
    lines = limit_marks(node.token.content).split("\n")
    return lines[:-1] if not lines[-1] else lines


def close(fence: Fence, text: str) -> None:
    """Add the last lines of a fence that was cut."""
    node: Node | None = tree(block_tokens(text))[0]
    while node is not None and node.kind != "fence":
        node = next(
            (child for child in node.children if child.kind in _CONTAINERS | {"fence"}), None
        )
    if node is not None:
        fence.lines.extend(fence_lines(node))
    fence.closed = True


def _cut_fence(leaf: Node, source: str, context: Context, after: Context) -> Cut:
    if fence_is_closed(leaf):
        return Cut(len(source), after)
    continues = context.fence is not None and leaf.first < context.prefix_lines
    fence = context.fence if continues else None
    if fence is None:
        fence = Fence(leaf.token.info.strip())
    fence.lines.extend(fence_lines(leaf))
    reopened = _with_line(after, leaf.first, source, context)
    line = len(fence.lines)
    return Cut(len(source), replace(reopened, inside=True, fence=fence, fence_line=line), fence)


def _cut_table(leaf: Node, path: list[Node], source: str, context: Context, after: Context) -> Cut:
    columns = context.columns if leaf.first < context.prefix_lines else None
    if columns is None:
        columns = widened(_columns(path, source, context))
    reopened = _with_line(after, leaf.first, source, context)
    reopened = _with_line(reopened, leaf.first + 1, source, context)
    after = replace(reopened, inside=True, columns=columns)
    return Cut(len(source), after, columns=columns)


def _columns(path: list[Node], source: str, context: Context) -> Columns:
    node = tree(full_tokens(context.prefix + source))[-1]
    for _ in path:
        node = node.children[-1]
    return measure(node)


def _last_branch(node: Node, context: Context) -> tuple[list[Node], Node]:
    """The containers on the way to the last block, outermost first, and that block."""
    path: list[Node] = []
    while node.kind in _CONTAINERS:
        path.append(node)
        real = [child for child in node.children if child.last > context.prefix_lines]
        if not real:
            break
        node = real[-1]
    return path, node


def _reopened(path: list[Node], source: str, context: Context, *, last_included: bool) -> Context:
    """The context that opens a branch again, with or without the last item of its last list."""
    lines = (context.prefix + source).split("\n")
    items = [node for node in path if node.kind == "list_item"]
    lists = [node for node in path if node.kind in LISTS]
    opened: list[OpenList] = []
    for index, node in enumerate(lists):
        continues = index < len(context.lists) and node.first <= context.prefix_lines
        ends_here = node is path[-1] and not last_included
        opened.append(_open_list(node, context, index, continues=continues, ends_here=ends_here))
    prefix = "".join(
        _filled(lines[first], count) for first, count in _starts(items) if first < len(lines)
    )
    return Context(prefix, tuple(node.kind for node in path), tuple(opened))


def _open_list(
    node: Node, context: Context, index: int, *, continues: bool, ends_here: bool
) -> OpenList:
    skipped = context.prefix_lines
    real = sum(1 for item in node.children if item.first >= skipped)
    loose = context.lists[index].loose if continues else is_loose(node)
    if node.kind == "bullet_list":
        return OpenList(None, loose)
    known = context.lists[index].number if continues else None
    number = int(node.token.attrs.get("start", 1)) if known is None else known
    return OpenList(number + real - (1 if ends_here else 0), loose)


def _starts(items: list[Node]) -> list[tuple[int, int]]:
    """The lines on which items start, with how many start on each."""
    counts: dict[int, int] = {}
    for item in items:
        counts[item.first] = counts.get(item.first, 0) + 1
    return sorted(counts.items())


def _filled(line: str, count: int) -> str:
    """A line that opens ``count`` items like the given one, and holds nothing."""
    match = re.match(rf"(?:{_MARKER}){{{count}}}", line)
    if match is None:
        return ""
    rest = line[match.end() :]
    gap = len(rest) - len(rest.lstrip(" "))
    return f"{match.group()}{' ' * (gap if 1 <= gap <= 4 and rest.strip() else 1)}{FILLER}\n"


def _with_line(after: Context, number: int, source: str, context: Context) -> Context:
    """Put a line of the source into the prefix; it replaces one that starts the same items."""
    line = (context.prefix + source).split("\n")[number]
    kept = after.prefix.split("\n")[:-1]
    head = line.split("<", 1)[0] if FILLER in line else line
    if kept and FILLER in kept[-1] and head.startswith(kept[-1].removesuffix(FILLER).rstrip()):
        kept.pop()
    return replace(after, prefix="\n".join([*kept, line, ""]))
