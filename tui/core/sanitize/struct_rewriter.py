"""Rewrites the strings of an event that will be shown, and nothing else.

Ids, `typing.Literal` and `msgspec.Raw` are never changed: ids go back to the worker, and the
history must return to the provider exactly as it was.
"""

from collections.abc import Callable
from functools import partial
from types import UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin

import msgspec

Rewrite = Callable[[str], str]
_Rewriter = Callable[[Any], Any]
_S = TypeVar("_S", bound=msgspec.Struct)

_IDS: Final = frozenset({"run", "call", "tool_call", "parent"})
_TEXTS: Final = frozenset(
    [
        "advice",
        "arguments",
        "description",
        "detail",
        "info",
        "instructions",
        "message",
        "output",
        "parameters",
        "prompt",
        "stderr",
        "text",
    ]
)
"""Fields that may have several lines; every other shown string is one line."""


_DECIDED: Final = frozenset({("ApprovalRequested", "arguments"), ("ApprovalAnswered", "arguments")})
"""JSON that a tool gets if a person agrees: no character of it may hide."""


class StructRewriter:
    """Applies ``line`` to strings of one line and ``text`` to those that may have several.

    ``exact``: to what a person decides about, in place of ``text``. All of them must return the
    same object if they change nothing. Then the rewriter returns the same struct, so that an event
    without changes is not copied.
    """

    def __init__(self, line: Rewrite, text: Rewrite, exact: Rewrite | None = None) -> None:
        self._line = line
        self._text = text
        self._exact = exact or text
        self._plans: dict[type, tuple[tuple[str, _Rewriter], ...]] = {}

    def __call__(self, struct: _S) -> _S:
        plan = self._plans.get(type(struct))
        if plan is None:
            plan = self._plans[type(struct)] = self._plan(type(struct))
        changed = None
        for name, rewrite in plan:
            before = getattr(struct, name)
            after = rewrite(before)
            if after is not before:
                changed = changed or {}
                changed[name] = after
        return msgspec.structs.replace(struct, **changed) if changed else struct

    def _plan(self, struct: type[msgspec.Struct]) -> tuple[tuple[str, _Rewriter], ...]:
        steps = (
            (field.name, self._rewriter(field.name, field.type, struct.__name__))
            for field in msgspec.structs.fields(struct)
            if field.name not in _IDS
        )
        return tuple((name, rewrite) for name, rewrite in steps if rewrite is not None)

    def _rewriter(self, name: str, type_: Any, struct: str = "") -> _Rewriter | None:
        if type_ is str and (struct, name) in _DECIDED:
            return self._exact
        if type_ is str:
            return self._text if name in _TEXTS else self._line
        if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
            return self
        origin = get_origin(type_)
        if origin is tuple:
            each = self._rewriter(name, get_args(type_)[0])
            return each and partial(_rewrite_tuple, each)
        if origin in (Union, UnionType):
            some = next(filter(None, (self._rewriter(name, arg) for arg in get_args(type_))), None)
            return some and partial(_rewrite_optional, some)
        return None


def _rewrite_tuple(each: _Rewriter, values: tuple[Any, ...]) -> tuple[Any, ...]:
    after = tuple(map(each, values))
    return after if any(a is not b for a, b in zip(after, values, strict=True)) else values


def _rewrite_optional(rewrite: _Rewriter, value: Any) -> Any:
    return None if value is None else rewrite(value)
