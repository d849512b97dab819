"""The text of a paragraph: markdown-it's inline tokens as a styled Text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from tui.dashboard.transcript.citation_marks import readable
from tui.dashboard.transcript.literal import limit_marks, literal_line
from tui.dashboard.transcript.styles import Palette

if TYPE_CHECKING:
    from markdown_it.token import Token

_SPANS = {"em": "emphasis", "strong": "strong", "s": "strike", "link": "link"}
_BREAKS = frozenset({"<br>", "<br/>", "<br />"})


def inline_text(tokens: list[Token] | None, palette: Palette) -> Text:
    """The text of one inline run; links and images are followed by their address."""
    text = Text()
    open_spans: list[tuple[int, Style]] = []
    addresses: list[str] = []
    for token in tokens or ():
        kind = token.type
        if kind in {"text", "text_special"}:
            text.append(readable(limit_marks(token.content)))
        elif kind == "softbreak":
            text.append(" ")
        elif kind == "hardbreak":
            text.append("\n")
        elif token.nesting > 0:
            if kind == "link_open":
                addresses.append(literal_line(str(token.attrs.get("href", ""))))
            style = palette[_SPANS.get(kind.removesuffix("_open"), "")]
            open_spans.append((len(text), style))
        elif token.nesting < 0:
            start, style = open_spans.pop()
            if kind == "link_close":
                _close_link(text, start, addresses.pop(), palette)
            else:
                text.stylize(style, start)
        else:
            _append_leaf(text, token, palette)
    return text


def _append_leaf(text: Text, token: Token, palette: Palette) -> None:
    content = limit_marks(token.content)
    if token.type == "code_inline":
        text.append(content, palette["code"])
    elif token.type == "image":
        address = literal_line(str(token.attrs.get("src", "")))
        start = len(text)
        text.append(f"[image: {content}]" if content else "[image]")
        _close_link(text, start, address, palette)
    elif token.type == "footnote_ref":
        text.append(f"[{limit_marks(str(token.meta['label']))}]", palette["footnote"])
    elif token.type == "html_inline":
        if content.lower() in _BREAKS:
            text.append("\n")
        else:
            text.append(content, palette["html"])
    else:
        text.append(content)


def _close_link(text: Text, start: int, address: str, palette: Palette) -> None:
    """Style a link's text and show its address, unless the text is the address."""
    shown = text.plain[start:]
    if address and shown not in {address, address.removeprefix("mailto:")}:
        text.append(f" ({address})" if shown else address, palette["dim"])
    style = palette["link"]
    if is_openable(address):
        style += Style.from_meta({"address": address})
    text.stylize(style, start)


def is_openable(address: str) -> bool:
    """Whether an address may be opened, once the user agrees: web addresses only."""
    return address.lower().startswith(("http://", "https://"))
