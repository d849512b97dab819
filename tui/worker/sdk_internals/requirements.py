"""Whether the installed SDK and client have the private names that the worker needs."""

from importlib.metadata import PackageNotFoundError, version

from tui.protocol.events import Problem
from tui.worker.sdk_internals import model_names, run_names, tool_names

NEEDED = {"openai-agents": ">=0.24,<0.25", "openai": ">=3.54,<4"}
"""The versions that are known to have all of them, by package."""
NAMES = (*model_names.NAMES, *run_names.NAMES, *tool_names.NAMES)


def supported() -> bool:
    """Whether the worker can run with the installed versions; takes about a millisecond.

    Names and the parameters of functions are looked up; nothing is called or changed.
    """
    return not _missing()


def unsupported(reason: str = "") -> Problem:
    """What to report when `supported` is false, or when an import failed with ``reason``."""
    installed = ", ".join(f"{package} {_installed(package)}" for package in NEEDED)
    needed = " and ".join(f"'{package}{versions}'" for package, versions in NEEDED.items())
    return Problem(
        kind="agent",
        message=f"streamtui does not support the installed {installed}: "
        f"{reason or f'there is no {_missing()}'}.",
        advice=f"Install {needed}, then reload.",
        code="sdk_unsupported",
    )


def _missing() -> str:
    return next(filter(None, (name.missing() for name in NAMES)), "")


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(missing)"
