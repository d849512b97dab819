"""Reads the sources that an answer cites, in the forms of both APIs, and audio in chunks. Pure.

Servers give them as annotations of a text: while it streams, in the finished item, or both. Some
compatible servers send a list of addresses beside the choices of a chunk.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from tui.protocol.events import Source
from tui.protocol.events.answer_events import SourceKind
from tui.worker.tools.output_text import shown_output

MOST: Final = 400
"""Characters of an annotation of an unknown kind, which is shown as it is."""

CHUNK_LISTS: Final = ("search_results", "citations")
"""Fields of a chunk that list the sources of the whole answer."""

_KINDS: Final[Mapping[str, SourceKind]] = {
    "url_citation": "url",
    "file_citation": "file",
    "container_file_citation": "container_file",
    "file_path": "file_path",
}

_TITLES: Final = ("title", "filename", "name")


class Cited:
    """The sources of one attempt so far: each is new only once."""

    def __init__(self) -> None:
        self._known: set[tuple[str, ...]] = set()

    def __bool__(self) -> bool:
        return bool(self._known)

    def new(self, annotations: Iterable[Any]) -> tuple[Source, ...]:
        """The sources among these annotations that were not cited before."""
        found: list[Source] = []
        for source in filter(None, map(source_of, annotations)):
            # A page may be cited again with another title, or with none.
            key = (source.url,) if source.url else (source.file_id, source.title)
            if key not in self._known:
                self._known.add(key)
                found.append(source)
        return tuple(found)


def source_of(annotation: Any) -> Source | None:
    """The source of an annotation, an address or a search result; None if it names nothing."""
    if isinstance(annotation, str):
        return Source(kind="url", url=annotation) if annotation else None
    kind = _text(annotation, "type")
    # In Chat Completions the fields are one level deeper.
    fields = _field(annotation, kind) or annotation
    source = Source(
        kind=_KINDS.get(kind, "url" if _text(fields, "url") else "other"),
        title=next(filter(None, (_text(fields, name) for name in _TITLES)), ""),
        url=_text(fields, "url"),
        file_id=_text(fields, "file_id"),
        container_id=_text(fields, "container_id"),
    )
    if source.title or source.url or source.file_id:
        return source
    return (
        msgspec.structs.replace(source, title=f"{kind}: {shown_output(annotation)}"[:MOST])
        if kind
        else None
    )


def annotations_of(item: Any) -> Iterator[tuple[int, Any]]:
    """The annotations of a finished message, each with the index of its content part."""
    for index, part in enumerate(item.content or ()):
        for annotation in getattr(part, "annotations", None) or ():
            yield index, annotation


def has_more(chunk: Any) -> bool:
    """Whether a chunk of Chat Completions may have sources or audio; fast, for nearly all do not.

    Asking a pydantic object for a missing attribute is slow.
    """
    if chunk.__pydantic_extra__:
        return True
    for choice in chunk.choices or ():
        delta = choice.delta
        if delta is not None and (delta.__pydantic_extra__ or delta.__dict__.get("audio")):
            return True
    return False


def listed_in(chunk: Any) -> Sequence[Any]:
    """The sources that a chunk of Chat Completions lists, in its choices and beside them."""
    beside = chunk.__pydantic_extra__ or {}
    # Results have titles: first, so that the addresses alone are not new.
    lists = [beside[name] for name in CHUNK_LISTS if name in beside]
    for choice in chunk.choices or ():
        extra = choice.delta.__pydantic_extra__ if choice.delta is not None else None
        if extra and "annotations" in extra:
            lists.append(extra["annotations"])
    return [one for some in lists if isinstance(some, list) for one in some] if lists else ()


def audio_in(chunk: Any) -> tuple[str, str] | None:
    """The audio in a chunk of Chat Completions: base64, and what is said in it."""
    for choice in chunk.choices or ():
        audio = vars(choice.delta).get("audio") if choice.delta is not None else None
        if audio:
            return _text(audio, "data"), _text(audio, "transcript")
    return None


def _field(fields: Any, name: str) -> Any:
    if isinstance(fields, Mapping):
        return fields.get(name)
    return getattr(fields, name, None) if name else None


def _text(fields: Any, name: str) -> str:
    value = _field(fields, name)
    return value if isinstance(value, str) else ""
