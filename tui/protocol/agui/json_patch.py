"""JSON Patch (RFC 6902): the operations of a state delta."""

from typing import Any

import msgspec


class _Operation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op"):
    path: str
    """A JSON pointer: ``/figures/tokens``."""


class Add(_Operation, frozen=True, kw_only=True, tag="add"):
    value: Any


class Remove(_Operation, frozen=True, kw_only=True, tag="remove"):
    pass


class Replace(_Operation, frozen=True, kw_only=True, tag="replace"):
    value: Any


class Move(_Operation, frozen=True, kw_only=True, tag="move"):
    source: str = msgspec.field(name="from")


class Copy(_Operation, frozen=True, kw_only=True, tag="copy"):
    source: str = msgspec.field(name="from")


class Expect(_Operation, frozen=True, kw_only=True, tag="test"):
    value: Any


Operation = Add | Remove | Replace | Move | Copy | Expect
