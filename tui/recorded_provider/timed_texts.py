"""The texts of a recorded answer, cut into the deltas in which they arrived. Pure."""

from collections.abc import Iterable, Sequence

from tui.recorded_provider.recorded_calls import Answer, Chunk


class TimedTexts:
    """Hands out the deltas of one answer's texts, in the order in which the answer has them."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        texts = answer.texts
        if answer.reasoning and not any(item.get("type") == "reasoning" for item in answer.items):
            # The server sent thinking as the beginning of its text.
            texts = tuple(sorted((*answer.reasoning, *answer.texts), key=lambda chunk: chunk.at))
        self._queues: dict[str, list[Chunk]] = {
            "text": list(texts),
            "refusal": list(answer.refusals),
            "reasoning": list(answer.reasoning),
        }

    def of(self, kind: str, text: str, *, last: bool = True) -> list[Chunk]:
        """The deltas of the next text of this kind; ``last``: no other follows."""
        queue = self._queues[kind]
        taken: list[Chunk] = []
        while queue and (last or sum(len(chunk.text) for chunk in taken) < len(text)):
            taken.append(queue.pop(0))
        return cut(text, taken, self._answer.seconds)

    def arguments(self, call_id: str, text: str) -> list[Chunk]:
        """The deltas of a call's arguments."""
        return cut(text, self._answer.arguments.get(call_id, ()), self._answer.seconds)


def cut(text: str, chunks: Sequence[Chunk], seconds: float) -> list[Chunk]:
    """The text in as many pieces as ``chunks``, at their times.

    Their own texts may differ from it: they were masked, or a server said it all again. Then the
    cuts are at the same shares of the text. Without any, it arrives when the answer has ended.
    """
    whole = sum(len(chunk.text) for chunk in chunks)
    if not text:
        return []
    if not whole:
        return [Chunk(chunks[0].at if chunks else seconds, text)]
    same = "".join(chunk.text for chunk in chunks) == text
    pieces, begin, passed = list[Chunk](), 0, 0
    for chunk in chunks:
        passed += len(chunk.text)
        end = passed if same else round(len(text) * passed / whole)
        if end > begin:
            pieces.append(Chunk(chunk.at, text[begin:end]))
        begin = end
    return pieces


def in_order(times: Iterable[float]) -> list[float]:
    """Times that never go back."""
    latest, ordered = 0.0, list[float]()
    for at in times:
        latest = max(latest, at)
        ordered.append(latest)
    return ordered
