"""Replacing a name inside the SDK: in one place, and loudly when the SDK has moved."""

from collections.abc import Callable
from typing import Any

from agents.version import __version__ as sdk_version


class SdkMovedError(Exception):
    """An internal that the worker stands on is gone: this SDK version is not supported."""

    def __init__(self, owner: object, name: str) -> None:
        where = getattr(owner, "__name__", repr(owner))
        super().__init__(
            f"openai-agents {sdk_version} has no {where}.{name}: "
            "this version of the SDK needs a newer streamtui"
        )


def internal(owner: object, name: str) -> Any:
    """What the SDK holds under this name. Raise `SdkMovedError` when there is nothing."""
    try:
        return getattr(owner, name)
    except AttributeError as error:
        raise SdkMovedError(owner, name) from error


def wrap_internal(owner: object, name: str, wrapper: Callable[[Any], Any]) -> None:
    """Put ``wrapper(original)`` in the place of the original."""
    setattr(owner, name, wrapper(internal(owner, name)))
