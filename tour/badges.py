"""The badges of the README, from what `pyproject.toml` says: pure functions, and files."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"

_LETTER, _PAD, _HEIGHT = 6.6, 8, 20
"""Pixels: the width of a letter of 11 px, the room beside a text, the height."""


def badges(project: Mapping[str, Any]) -> dict[str, str]:
    """File name → SVG. ``project``: the table of that name in `pyproject.toml`."""
    sdk = next(one for one in project["dependencies"] if one.startswith("openai-agents"))
    python = project["requires-python"].removeprefix(">=")
    return {
        "badge-python.svg": badge("Python", f"{python} or newer", "#3465a4"),
        "badge-sdk.svg": badge("openai-agents", _version(sdk), "#6b46a8"),
        "badge-licence.svg": badge("licence", project["license"], "#3a7d44"),
        "badge-systems.svg": badge("runs on", "Linux · macOS", "#555f69"),
    }


def badge(label: str, value: str, colour: str) -> str:
    """One line: a label on grey, a value on a colour."""
    left, right = (round(len(text) * _LETTER + 2 * _PAD) for text in (label, value))
    title = escape(f"{label}: {value}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" '
        f'role="img" aria-label="{title}"><title>{title}</title>'
        f'<rect width="{left + right}" height="{_HEIGHT}" rx="3" fill="#2b2f36"/>'
        f'<path d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v{_HEIGHT - 6}a3 3 0 0 1-3 3H{left}z" '
        f'fill="{colour}"/>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" '
        f'text-anchor="middle"><text x="{left / 2:g}" y="14">{escape(label)}</text>'
        f'<text x="{left + right / 2:g}" y="14">{escape(value)}</text></g></svg>\n'
    )


def _version(requirement: str) -> str:
    found = re.search(r">=\s*([\d.]+)", requirement)
    if found is None:
        raise ValueError(f"no lower bound in {requirement!r}")
    return found[1]


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for name, svg in badges(project).items():
        (PICTURES / name).write_text(svg)


if __name__ == "__main__":
    main()
