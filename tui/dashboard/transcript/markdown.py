"""The Markdown dialect: CommonMark with tables, strikethrough and footnotes, by markdown-it."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

# Deeper than people write, and shallow enough for the parser's recursion. Anything deeper is shown
# as its source (see render.py), never dropped.
MAX_NESTING = 60
# Below this the parser drops the contents of containers.
_DEEP = MAX_NESTING - 3

Env = MutableMapping[str, Any]


_RULES = ("*", "-", "_")
# Finding more takes longer than a frame may, and a paragraph with so many links is not read anyway.
MOST_BARE_LINKS = 50


@cache
def _parser(*, inline: bool, links: bool = False) -> MarkdownIt:
    # Imported late: the first frame does not wait for it.
    from markdown_it import MarkdownIt  # noqa: PLC0415
    from mdit_py_plugins.footnote import footnote_plugin  # noqa: PLC0415

    options = {"maxNesting": MAX_NESTING, "html": True, "linkify": links}
    parser = MarkdownIt("commonmark", options)
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False, move_to_end=False)
    parser.block.ruler.at("hr", _rule, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    rules = ["normalize", "block"]
    if inline:
        rules += ["inline", "linkify", "text_join"] if links else ["inline", "text_join"]
    parser.core.ruler.enableOnly(rules)
    if links and parser.linkify is not None:
        parser.core.ruler.at("linkify", _link_bare_addresses)
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
        for scheme in ("ftp:", "mailto:", "//"):
            parser.linkify.add(scheme, None)
    return parser


def _rule(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """The parser's own rule, tried only on lines that hold nothing but marks.

    It reads letter by letter, and reads the rest of a line again for each list that opens there.
    """
    from markdown_it.rules_block import hr  # noqa: PLC0415

    text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
    if text[:1] not in _RULES or text.replace(text[0], "").strip(" \t"):
        return False
    return hr(state, line, end, silent)


def _link_bare_addresses(state: StateCore) -> None:
    """The parser's own rule, used only where it can match: its patterns take long to compile."""
    from markdown_it.rules_core import linkify  # noqa: PLC0415

    children = (child for token in state.tokens for child in token.children or ())
    if any(child.type == "text" and "://" in child.content for child in children):
        linkify(state)


class Definitions:
    """The definitions of a message so far: addresses of reference links, labels of footnotes."""

    __slots__ = ("_new", "addresses", "footnotes")

    def __init__(self) -> None:
        self._new: set[str] = set()
        self.addresses: dict[str, Any] = {}
        self.footnotes: set[str] = set()

    def env(self) -> Env:
        """A new parser environment with them."""
        return {
            "references": dict(self.addresses),
            "footnotes": {"refs": dict.fromkeys(self.footnotes, -1), "list": {}},
        }

    def learn(self, env: Env) -> None:
        """Add what a parse found. The first definition of a label wins."""
        for label, address in env.get("references", {}).items():
            if label not in self.addresses:
                self.addresses[label] = address
                self._new.add(normalised(label))
        for label in env.get("footnotes", {}).get("refs", {}):
            if label not in self.footnotes:
                self.footnotes.add(label)
                self._new.add(normalised("^" + label[1:]))

    def take_new(self) -> set[str]:
        """The labels defined since the last call."""
        new, self._new = self._new, set()
        return new


def normalised(label: str) -> str:
    """A label without case and spacing, as references are matched with definitions."""
    return " ".join(label.split()).casefold().upper()


def block_tokens(text: str, env: Env | None = None) -> list[Token]:
    """The block structure alone: enough to know where blocks end."""
    return _parser(inline=False).parse(text, {} if env is None else env)


def full_tokens(text: str, env: Env | None = None) -> list[Token]:
    """Blocks and their text; web addresses in the text are links."""
    links = 0 < text.lower().count("://") <= MOST_BARE_LINKS
    return _parser(inline=True, links=links).parse(text, {} if env is None else env)


class Node:
    """A block and the blocks in it, from markdown-it's flat list of opening and closing tokens."""

    __slots__ = ("children", "first", "last", "token")

    def __init__(self, token: Token, first: int, last: int) -> None:
        self.token = token
        self.children: list[Node] = []
        self.first = first
        """The first line of the source that belongs to it."""
        self.last = last
        """The line after its last one."""

    @property
    def kind(self) -> str:
        return self.token.type.removesuffix("_open")


def tree(tokens: Iterable[Token]) -> list[Node]:
    """The top-level blocks as trees."""
    top: list[Node] = []
    stack: list[Node] = []
    for token in tokens:
        if token.nesting < 0:
            stack.pop()
            continue
        above = stack[-1] if stack else None
        first, last = token.map or ((above.first, above.last) if above is not None else (0, 0))
        node = Node(token, first, last)
        (above.children if above is not None else top).append(node)
        if token.nesting > 0:
            stack.append(node)
    return top


def is_loose(node: Node) -> bool:
    """Whether a list has blank lines between its items: the parser hides tight paragraphs."""
    return any(
        child.kind == "paragraph" and not child.token.hidden
        for item in node.children
        for child in item.children
    )


def is_too_deep(node: Node) -> bool:
    """Whether a block without children may be a container that the parser did not read."""
    return not node.children and node.token.level >= _DEEP
