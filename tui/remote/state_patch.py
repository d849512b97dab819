"""Applies the JSON patches (RFC 6902) of state deltas. Pure: the document is not changed."""

import copy
from collections.abc import Sequence
from typing import Any

from tui.protocol.agui.json_patch import Add, Copy, Expect, Move, Operation, Remove, Replace


class PatchError(ValueError):
    """A patch does not fit the document."""


def patched(document: Any, patch: Sequence[Operation]) -> Any:
    """A copy of the document with the whole patch applied. Raise `PatchError`: then nothing is."""
    document = copy.deepcopy(document)
    for operation in patch:
        document = _applied(document, operation)
    return document


def _applied(document: Any, operation: Operation) -> Any:
    path = _pointer(operation.path)
    match operation:
        case Add(value=value):
            return _added(document, path, copy.deepcopy(value))
        case Remove():
            return _removed(document, path)
        case Replace(value=value):
            _found(document, path)
            return copy.deepcopy(value) if not path else _set(document, path, value)
        case Copy(source=source):
            return _added(document, path, copy.deepcopy(_found(document, _pointer(source))))
        case Move(source=source):
            start = _pointer(source)
            if path[: len(start)] == start and path != start:
                raise PatchError(f"{source} cannot be moved into itself")
            value = _found(document, start)
            return _added(_removed(document, start), path, value)
        case Expect(value=value):
            if _found(document, path) != value:
                raise PatchError(f"{operation.path or 'the document'} is not what was expected")
    return document


def _pointer(text: str) -> list[str]:
    if text and not text.startswith("/"):
        raise PatchError(f"{text!r} is not a JSON pointer")
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


def _found(document: Any, path: Sequence[str]) -> Any:
    for part in path:
        if isinstance(document, dict) and part in document:
            document = document[part]
        elif isinstance(document, list):
            document = document[_index(part, len(document))]
        else:
            raise PatchError(f"there is no /{'/'.join(path)}")
    return document


def _added(document: Any, path: Sequence[str], value: Any) -> Any:
    if not path:
        return value
    holder, last = _found(document, path[:-1]), path[-1]
    if isinstance(holder, dict):
        holder[last] = value
    elif isinstance(holder, list):
        holder.insert(len(holder) if last == "-" else _index(last, len(holder) + 1), value)
    else:
        raise PatchError(f"/{'/'.join(path[:-1])} holds nothing")
    return document


def _removed(document: Any, path: Sequence[str]) -> Any:
    if not path:
        return None
    _found(document, path)
    holder = _found(document, path[:-1])
    del holder[path[-1] if isinstance(holder, dict) else _index(path[-1], len(holder))]
    return document


def _set(document: Any, path: Sequence[str], value: Any) -> Any:
    holder = _found(document, path[:-1])
    key = path[-1] if isinstance(holder, dict) else _index(path[-1], len(holder))
    holder[key] = copy.deepcopy(value)
    return document


def _index(text: str, length: int) -> int:
    if not (text.isascii() and text.isdecimal()) or (text[:1] == "0" and len(text) > 1):
        raise PatchError(f"{text!r} is not a place in a list")
    if int(text) >= length:
        raise PatchError(f"the list has no place {text}")
    return int(text)
