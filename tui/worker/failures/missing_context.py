"""Recognises code that failed because the run has no context."""

import ast
import inspect
import textwrap
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from agents import RunContextWrapper

from tui.worker.agent.options.context_needs import ContextNeed
from tui.worker.agent.outline.function_outline import context_of_parameters
from tui.worker.agent.outline.syntax import Function
from tui.worker.failures.tracebacks import is_user_file

MISSING_CONTEXT = "missing_context"
_USES = "context"
"""The attribute of the SDK's wrappers."""


def missing_context(error: BaseException) -> str:
    """What to do, if the user's code failed as the context that it read is None; else ""."""
    if not _is_about_none(error):
        return ""
    for frame in _user_frames(error):
        wrappers = [one for one in frame.f_locals.values() if isinstance(one, RunContextWrapper)]
        if wrappers and _USES in frame.f_code.co_names:
            empty = all(one.context is None for one in wrappers)
            return _advice(frame) if empty else ""
    return ""


def _is_about_none(error: BaseException) -> bool:
    if isinstance(error, AttributeError):
        return error.obj is None
    return isinstance(error, TypeError) and "NoneType" in str(error)


def _user_frames(error: BaseException) -> Iterator[FrameType]:
    """The innermost first."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return (one for one in reversed(frames) if is_user_file(one.f_code.co_filename))


def _advice(frame: FrameType) -> str:
    path = Path(frame.f_code.co_filename)
    shown = str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
    need = ContextNeed(_annotated(frame), shown, frame.f_globals)
    return (
        "The agent has no context, so ctx.context is None, and trying again cannot help. "
        f"{need.advice}"
    )


def _annotated(frame: FrameType) -> str:
    try:
        tree = ast.parse(textwrap.dedent("".join(inspect.getsourcelines(frame.f_code)[0])))
    except (OSError, SyntaxError, ValueError):
        return ""
    function = next((one for one in tree.body if isinstance(one, Function)), None)
    return context_of_parameters(function) if function is not None else ""
