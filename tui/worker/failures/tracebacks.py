"""Tracebacks for the authors of the agent: their own frames, and never a local variable."""

import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

OURS = str(Path(__file__).resolve().parents[2])
STDLIB = str(Path(traceback.__file__).resolve().parent)
LIBRARIES = ("site-packages", "dist-packages")


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and what caused it; an exception may be its own cause."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def user_traceback(error: BaseException) -> str:
    """The traceback, starting at the first frame of the user's own code."""
    report = traceback.TracebackException.from_exception(error, capture_locals=False)
    link: traceback.TracebackException | None = report
    while link is not None:
        link.stack = traceback.StackSummary.from_list(_from_user_code(link.stack))
        link = link.__cause__ or link.__context__
    return "".join(report.format()).rstrip()


def user_place(frame: FrameType | None) -> str:
    """The innermost line of the user's own code on a stack, ``file.py:12``; "" for none."""
    while frame is not None and not is_user_file(frame.f_code.co_filename):
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}" if frame is not None else ""


def _from_user_code(frames: traceback.StackSummary) -> list[traceback.FrameSummary]:
    for index, frame in enumerate(frames):
        if is_user_file(frame.filename):
            return list(frames[index:])
    return []


def is_user_file(filename: str) -> bool:
    """Whether a file holds the user's own code, and not a library's or streamtui's."""
    return not filename.startswith("<") and is_user_path(str(Path(filename).resolve()))


def is_user_path(path: str) -> bool:
    """The same for a path without symbolic links."""
    in_library = any(f"/{name}/" in path for name in LIBRARIES)
    return not in_library and not path.startswith((OURS, STDLIB))
