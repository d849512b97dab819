"""A Textual like the installed one, whose private names that the dashboard uses are other names."""

import re
from importlib.util import find_spec
from pathlib import Path
from shutil import copytree, ignore_patterns

from tui.dashboard.textual_internals.supported import NAMES

VERSION = "99.0"


def private_names() -> set[str]:
    """Those of Textual that the dashboard uses."""
    names = {
        name.partition("(")[0]
        for owner, names in NAMES.items()
        if owner.startswith("textual.") and not owner.endswith(":")
        for name in names.split()
    }
    return {name for name in names if name.startswith("_")}


def moved_textual(folder: Path) -> Path:
    """Make it; a folder for ``PYTHONPATH``."""
    spec = find_spec("textual")
    assert spec is not None
    assert spec.origin is not None
    package = folder / "textual"
    copytree(Path(spec.origin).parent, package, ignore=ignore_patterns("__pycache__"))
    pattern = re.compile(rf"\b({'|'.join(sorted(private_names()))})\b")
    for path in package.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        path.write_text(pattern.sub(_new_name, source), encoding="utf-8")
        if path.stem in private_names():
            path.rename(path.with_stem(f"_new{path.stem}"))
    metadata = folder / f"textual-{VERSION}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: textual\nVersion: {VERSION}\n"
    )
    return folder


def _new_name(match: re.Match[str]) -> str:
    # Textual finds handlers by their names, with and without the underscore.
    name = match[1]
    return name[1:] if name.startswith("_on_") else f"_new{name}"
