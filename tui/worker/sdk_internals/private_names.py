"""A private name of a library, looked up when it is used: a missing one can then be reported."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Any


@dataclass(frozen=True, slots=True)
class PrivateName:
    """``owner`` is a module, or a class as ``module:Class``.

    ``parameters`` are those of a function that the worker passes or relies on.
    """

    owner: str
    name: str
    parameters: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.owner}.{self.name}".replace(":", ".")

    def get(self) -> Any:
        return getattr(resolve_name(self.owner), self.name)

    def replace(self, value: object) -> None:
        """Put ``value`` in its place, for the rest of the process."""
        setattr(resolve_name(self.owner), self.name, value)

    def wrap(self, wrapper: Callable[[Any], object]) -> None:
        """Put ``wrapper(original)`` in its place, for the rest of the process."""
        self.replace(wrapper(self.get()))

    def missing(self) -> str:
        """What the installed version lacks: the name, or one of its parameters; "" if nothing."""
        try:
            value = self.get()
        except (ImportError, AttributeError):
            return str(self)
        there = inspect.signature(value).parameters if self.parameters else ()
        return next((f"{self}({one})" for one in self.parameters if one not in there), "")


@dataclass(frozen=True, slots=True)
class PrivateAttribute(PrivateName):
    """An attribute of a class's instances; ``arguments`` make one, to look at it."""

    arguments: tuple[object, ...] = ()

    def read(self, instance: object) -> Any:
        """Its value; None where there is none, as in a class of the user's own."""
        return getattr(instance, self.name, None)

    def missing(self) -> str:
        try:
            owner = resolve_name(self.owner)
            if not any(self.name in vars(one).get("__annotations__", ()) for one in owner.mro()):
                getattr(owner(*self.arguments), self.name)
        except (ImportError, AttributeError):
            return str(self)
        return ""
