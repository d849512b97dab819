"""The styles of a conversation, by what they mean."""

from collections.abc import Callable

from rich.style import Style

from tui.dashboard.textual_internals.style_meta import has_meta

NAMES = (
    "agent", "bar", "bullet", "code", "code-block", "code-comment", "code-function",
    "code-keyword", "code-number", "code-string", "code-type", "cursor", "dim", "emphasis",
    "error", "failed", "footnote", "heading", "heading-minor", "hit", "hit-current", "html",
    "link", "notice", "ok", "quote", "reasoning", "rule", "strike", "strong", "table-border",
    "table-header", "tool", "user",
)  # fmt: skip

# Drawn around the text, and not copied with it.
DECORATION = Style.from_meta({"decoration": True})
_KNOWN = frozenset(NAMES)


class Palette:
    """Styles by name, looked up when they are used; unknown names are plain."""

    def __init__(self, style_of: Callable[[str], Style], base: Style | None = None) -> None:
        self.base = base or Style.null()
        """Colour and background of everything."""
        self._style_of = style_of
        self._plain = Style.null()
        self._styles: dict[str, Style] = {}

    def __getitem__(self, name: str) -> Style:
        known = self._styles.get(name)
        if known is None:
            known = self._styles[name] = self._style_of(name) if name in _KNOWN else self._plain
        return known

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Palette):
            return NotImplemented
        # A style that was never looked up is nowhere on the screen.
        used = self._styles.keys() | other._styles.keys()
        return self.base == other.base and all(self[name] == other[name] for name in used)

    __hash__ = None  # type: ignore[assignment]

    def decoration(self, name: str) -> Style:
        """The style for borders, bullets and padding."""
        return self[name] + DECORATION


PLAIN = Palette(lambda _: Style.null())


def is_decoration(style: Style | None) -> bool:
    """Whether a segment is drawn around the text."""
    return has_meta(style, "decoration")
