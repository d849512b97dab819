"""A conversation as what is said, called and returned in it, the same for both APIs. Pure.

Ids, and what only the server can read, have no part in it: they change from one run to the next.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from tui.protocol.request_digests import canonical, digest

Item = Mapping[str, Any]

INSTRUCTIONS = "instructions"
KEPT_BY_SERVER = "kept_by_server"
"""The type of our own item that stands for a conversation which only the server knows."""
OMITTED_OUTPUT = "[tool output omitted]"
"""What the SDK sends to Chat Completions for an output without text."""

_STAMP = (
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s?(?:Z|UTC|[+-]\d\d:?\d\d))?"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|\b(?:call|resp|msg|fc|run|thread|chatcmpl)[_-][A-Za-z0-9]{12,}\b"
    r"|\b1[5-9]\d{8}(?:\.\d+|\d{3})?\b"
)
"""Times of day with their date, UUIDs, ids of the API, seconds or milliseconds since 1970."""
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = (
    rf"\d{{4}}-\d\d-\d\d|\b\d{{1,2}}:\d\d(?::\d\d)?(?:\s?[ap]m)?\b"
    rf"|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\.? {_MONTH},? \d{{4}}\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
)
"""What instructions say of today."""
_STAMPS = re.compile(_STAMP, re.IGNORECASE)
_DATES = re.compile(f"{_STAMP}|{_DATE}", re.IGNORECASE)


class Piece(msgspec.Struct, frozen=True):
    """``digest`` is that of the text as it was sent."""

    kind: str
    """``user``, ``assistant``, ``call of add``, ``result of add`` …"""
    text: str
    digest: str

    @property
    def alike(self) -> str:
        """The digest of the text without times and ids."""
        return _digest_alike(self.text, is_instructions=self.kind == INSTRUCTIONS)


def piece(kind: str, text: str, known_digest: str = "") -> Piece:
    """``known_digest``: of the text before it was masked."""
    return Piece(kind, text, known_digest or digest(text))


@lru_cache(maxsize=1 << 14)
def _digest_alike(text: str, *, is_instructions: bool) -> str:
    return digest((_DATES if is_instructions else _STAMPS).sub("…", text))


def pieces_of(items: Iterable[Item], *, texts_only: bool = False) -> list[Piece]:
    """``texts_only``: without the pictures and files of tools, as Chat Completions takes them."""
    return list(_Reader(texts_only=texts_only).read(items))


def text_of(content: object, *, texts_only: bool = False) -> str:
    """The text of a message or an output, with a word for each picture or file."""
    if isinstance(content, str):
        return "" if texts_only and content == OMITTED_OUTPUT else content
    if not isinstance(content, list):
        return "" if content is None else canonical(content)
    return "\n".join(filter(None, (_part(part, texts_only=texts_only) for part in content)))


def arguments_of(text: object) -> str:
    """The arguments of a call in one form of JSON."""
    if not isinstance(text, str):
        return canonical(text)
    try:
        return canonical(json.loads(text or "{}"))
    except ValueError:
        return text


def is_given(item: Item) -> bool:
    """Whether an item comes from the user or a tool, and not from the model."""
    kind = str(item.get("type") or "")
    return (
        item.get("role") in _GIVERS or kind.endswith("_output") or kind == "mcp_approval_response"
    )


def given_among(pieces: Iterable[Piece]) -> int:
    """How many of them are not from the model; the same as that of the items."""
    return sum(
        one.kind in _GIVERS or one.kind == "approval" or one.kind.startswith("result of ")
        for one in pieces
    )


_GIVERS = frozenset({"user", "developer"})


class _Reader:
    """Puts the calls of an answer behind its texts, and outputs in the order of their calls."""

    def __init__(self, *, texts_only: bool) -> None:
        self._texts_only = texts_only
        self._said: list[str] = []
        self._calls: list[Piece] = []
        self._outputs: list[tuple[int, Piece]] = []
        self._names: dict[str, tuple[int, str]] = {}
        """By call id: its place among all calls, and its name."""

    def read(self, items: Iterable[Item]) -> Iterator[Piece]:
        for item in items:
            kind = str(item.get("type") or ("message" if "role" in item else ""))
            if kind == "message":
                yield from self._message(item)
            elif kind.endswith("_output"):
                yield from self._answer()
                self._output(kind, item)
            elif kind == KEPT_BY_SERVER:
                yield piece("what the server keeps", str(item["name"]))
            elif kind == "mcp_approval_response":
                yield from self._all()
                yield piece("approval", str(bool(item.get("approve"))))
            elif kind in _CALLS:
                yield from self._results()
                self._call(kind, item)
        yield from self._all()

    def _message(self, item: Item) -> Iterator[Piece]:
        role, text = str(item.get("role")), text_of(item.get("content"))
        if role == "assistant":
            yield from self._results()
            if text:
                self._said.append(text)
        else:
            yield from self._all()
            yield piece(role, text)

    def _call(self, kind: str, item: Item) -> None:
        field = _CALLS[kind]
        name = str(item.get("name") or kind)
        self._names[str(item.get("call_id"))] = len(self._names), name
        self._calls.append(piece(f"call of {name}", arguments_of(item.get(field))))

    def _output(self, kind: str, item: Item) -> None:
        call_id = str(item.get("call_id"))
        place, name = self._names.get(call_id, (len(self._names), kind.removesuffix("_output")))
        text = text_of(item.get("output"), texts_only=self._texts_only)
        self._outputs.append((place, piece(f"result of {name}", text)))

    def _answer(self) -> Iterator[Piece]:
        if self._said:
            # Chat Completions has one text for each answer.
            yield piece("assistant", "\n".join(self._said))
        yield from self._calls
        self._said, self._calls = [], []

    def _results(self) -> Iterator[Piece]:
        yield from (one for _, one in sorted(self._outputs, key=lambda output: output[0]))
        self._outputs = []

    def _all(self) -> Iterator[Piece]:
        yield from self._answer()
        yield from self._results()


_CALLS = {
    "function_call": "arguments", "custom_tool_call": "input", "computer_call": "action",
    "shell_call": "action", "local_shell_call": "action", "apply_patch_call": "operation",
}  # fmt: skip
"""Calls that the agent answers, and the field that says what is asked."""


def _part(part: object, *, texts_only: bool) -> str:
    if not isinstance(part, Mapping):
        return str(part)
    for field in ("text", "refusal"):
        if isinstance(part.get(field), str):
            return str(part[field])
    return "" if texts_only else f"[{_file(part)}]"


def _file(part: Item) -> str:
    """What a part refers to; data is named by its digest."""
    held: dict[str, object] = {}
    for field, value in part.items():
        held |= value if isinstance(value, dict) else {field: value}
    kind = "picture" if "image" in str(part.get("type")) else "file"
    source = next(
        (held[name] for name in ("image_url", "url", "file_id", "file_url", "file_data", "data")
         if isinstance(held.get(name), str)),
        canonical({name: value for name, value in held.items() if name != "type"}),
    )  # fmt: skip
    text = str(source)
    return f"{kind} {text if len(text) < 200 else digest(text)}"


def same_pieces(one: Sequence[Piece], other: Sequence[Piece]) -> int:
    """How many pieces both have in common at the same places."""
    pairs = zip(one, other, strict=False)
    return sum(a.kind == b.kind and (a.digest == b.digest or a.alike == b.alike) for a, b in pairs)
