"""What to do when the user's code fails while it is imported or called. Pure but for paths."""

import shlex
import sys
from pathlib import Path

import openai

from tui.worker.agent.load_error import LoadError
from tui.worker.failures.tracebacks import causes, user_traceback

FIX = "Fix it and reload."
_EXTRAS = {
    "litellm": "litellm", "any_llm": "any-llm", "numpy": "voice", "sqlalchemy": "sqlalchemy",
    "redis": "redis", "docker": "docker", "dapr": "dapr", "pymongo": "mongodb",
}  # fmt: skip
"""The SDK's own extras, by the module that each one installs."""


def crashed(what: str, error: BaseException, place: Path | None = None) -> LoadError:
    """The failure, with what to do about it; ``place`` is the file that was named."""
    if isinstance(error, LoadError):
        return error
    name = type(error).__name__
    words = f"{name}: {error}" if str(error) else name
    return LoadError(
        f"{what}: {words}", _advice(error, place), code=name, detail=user_traceback(error)
    )


def missing_package(error: BaseException, place: Path | None = None) -> str:
    """How to install the module whose absence caused this failure; "" if it has another cause."""
    for link in causes(error):
        if isinstance(link, ModuleNotFoundError) and link.name:
            return _missing_module(link.name, place)
    return ""


def _advice(error: BaseException, place: Path | None) -> str:
    match error:
        case ImportError():
            return missing_package(error, place) or FIX
        case SystemExit():
            return (
                "Its code ends the program when it is imported. Put what reads the command line or "
                'exits under  if __name__ == "__main__":  and reload.'
            )
        case openai.OpenAIError() if "api_key" in str(error):
            return "Set OPENAI_API_KEY before you start streamtui, or name a file with --env-file."
        case KeyError(args=(str(variable),)) if _came_from_environment(error):
            return (
                f"Set the environment variable {variable} before you start streamtui, or name a "
                "file that sets it with --env-file."
            )
        case RuntimeError() if "running event loop" in str(error):
            return (
                "streamtui calls it inside its event loop: make it an async function that awaits, "
                "and reload."
            )
    return FIX


def _missing_module(module: str, place: Path | None) -> str:
    top = module.partition(".")[0]
    if top in sys.modules and "." in module:
        return _hidden_module(module, top)
    folder = _folder_of(top, place)
    if folder is not None and place is not None:
        inside = shlex.quote(str(place.relative_to(folder)))
        return f"{top} is in {folder}: start streamtui there, with {inside}."
    note = ""
    if top in _EXTRAS:
        package = f"'openai-agents[{_EXTRAS[top]}]'"
    else:
        package, note = shlex.quote(top), " (its package may have another name)"
    python = shlex.quote(sys.executable)
    return (
        f"Install it where streamtui runs{note}:\n    {python} -m pip install {package}\n"
        "or start a streamtui that is installed beside it."
    )


def _hidden_module(module: str, top: str) -> str:
    """A package of the user's has the name of one that is loaded already."""
    loaded = getattr(sys.modules[top], "__file__", None) or "an installed package"
    return (
        f"The module {top} is another one, not yours: {loaded}. "
        f"Rename yours, or install what {module} belongs to."
    )


def _folder_of(top: str, place: Path | None) -> Path | None:
    """The folder above the file that has the module, and is not searched."""
    above = () if place is None else place.resolve().parents[:4]
    for folder in above:
        there = (folder / f"{top}.py", folder / top / "__init__.py")
        if str(folder) not in sys.path and any(map(Path.is_file, there)):
            return folder
    return None


def _came_from_environment(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_globals.get("__name__") == "os"
