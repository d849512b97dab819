"""The rest of a recorded answer, for a request that continues one that was cut off. Pure."""

from typing import Any

from msgspec.structs import replace

from tui.recorded_provider.recorded_calls import Answer, Chunk


def continued(answer: Answer, said: str) -> Answer:
    """What comes after the text so far; the whole answer if it does not begin with that."""
    items = [dict(item) for item in answer.items]
    for place, item in enumerate(items):
        parts = item.get("content") if item.get("type") == "message" else None
        first: dict[str, Any] = dict(parts[0]) if parts else {}
        text = first.get("text")
        if isinstance(text, str) and text.startswith(said):
            rest = {**first, "text": text[len(said) :]}
            items[place] = {**item, "content": [rest, *(parts or ())[1:]]}
            return replace(answer, items=tuple(items), texts=_after(answer, len(said)))
    return answer


def _after(answer: Answer, characters: int) -> tuple[Chunk, ...]:
    """The deltas after so many characters, from the first of them on."""
    rest, left = list[Chunk](), characters
    for chunk in answer.texts:
        text, left = chunk.text[left:], max(0, left - len(chunk.text))
        if text:
            rest.append(Chunk(chunk.at, text))
    begin = rest[0].at if rest else 0.0
    return tuple(Chunk(chunk.at - begin, chunk.text) for chunk in rest)
