"""The stylesheet in two parts, so that the first frame waits only for the rules that it needs."""

from pathlib import Path
from typing import Final, NamedTuple

from textual.css.stylesheet import Stylesheet

_PACKAGE: Final = Path(__file__).parents[2]
_MARK: Final = "/* ==== "
"""The line in the stylesheet that separates the two parts begins with it."""


def stylesheet_path() -> Path:
    """The package's stylesheet in an installation, the repository's in a checkout."""
    packaged = _PACKAGE / "styles.tcss"
    return packaged if packaged.exists() else _PACKAGE.parent / "styles.tcss"


class StyleSheet(NamedTuple):
    """The text of both parts."""

    path: str
    first: str
    rest: str

    def add_first(self, to: Stylesheet) -> None:
        to.add_source(self.first, (self.path, ""))

    def add_rest(self, to: Stylesheet) -> None:
        """Only for widgets that are not on the screen yet: others keep their styles."""
        to.add_source(self.rest, (self.path, "rest"))


def style_sheet() -> StyleSheet:
    """Read the stylesheet. Raise OSError."""
    path = stylesheet_path()
    first, mark, rest = path.read_text(encoding="utf-8").partition(_MARK)
    # Errors in the second part name its lines in the file.
    return StyleSheet(str(path), first, "\n" * first.count("\n") + mark + rest)
