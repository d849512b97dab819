"""Edits a tool call's arguments before the tool runs with them."""

import json

from tui.core.exact_json import laid_out, place_of
from tui.dashboard.windows.text_entry import TextEntry

_FITS = "the arguments do not fit: "
"""What the worker says before the place and the problem: ``$.a[0]: 'x' is not of type ...``."""


class ArgumentEditor(TextEntry):
    """Answers with JSON. Whether it fits the tool's schema is checked by the worker."""

    def __init__(self, name: str, arguments: str, problem: str = "") -> None:
        text = laid_out(arguments)
        path, _, why = problem.removeprefix(_FITS).partition(": ")
        at_a_place = problem.startswith(f"{_FITS}$")
        super().__init__(
            f"Arguments of {name}",
            text,
            problem=f"{path}: {why}" if at_a_place else problem,
            place=place_of(text, path) if at_a_place else (0, 0),
            uses="runs the tool with them",
        )

    def problem_of(self, text: str) -> tuple[str, tuple[int, int]]:
        try:
            json.loads(text)
        except json.JSONDecodeError as error:
            return f"not JSON: {error.msg}", (error.lineno - 1, error.colno - 1)
        except (ValueError, RecursionError) as error:
            return f"not JSON: {error}", (0, 0)
        return "", (0, 0)
