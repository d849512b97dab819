"""Numbers the parts of an attempt's answer, in the order in which they begin."""

from collections.abc import Hashable, Iterable, Mapping
from itertools import count
from typing import Any


class AnswerParts:
    """Servers may leave out any of the fields that name a part.

    Some also count ``content_index`` up with every delta: a new one begins a part only if
    ``response.content_part.added`` has announced it.
    """

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._latest: dict[Hashable, int] = {}
        """By kind and item."""
        self._announced: set[Hashable] = set()
        self._next = count()

    def of(self, kind: str, event: Any) -> int:
        """The part that a delta belongs to."""
        # Asking a pydantic object for a missing attribute costs more than the rest of a delta.
        fields = vars(event)
        get = fields.get
        key = (
            kind, get("item_id"), get("output_index"), get("content_index"), get("summary_index"),
        )  # fmt: skip
        part = self._numbers.get(key)
        return self._begun(key, fields) if part is None else part

    def number(self, key: Hashable) -> int:
        """The part with this name."""
        part = self._numbers.get(key)
        if part is None:
            part = self._numbers[key] = next(self._next)
        return part

    def named(self) -> Iterable[tuple[Hashable, int]]:
        """All names so far; a part may have several."""
        return self._numbers.items()

    def announced(self, event: Any) -> None:
        self._announced.add(_place(vars(event)))

    def divided(self, part: int) -> int:
        """A new part: what belonged to ``part`` belongs to it from now on."""
        new = next(self._next)
        for numbers in (self._numbers, self._latest):
            for key, number in numbers.items():
                if number == part:
                    numbers[key] = new
        return new

    def _begun(self, key: Hashable, fields: Mapping[str, Any]) -> int:
        item = (*_item(key), fields.get("summary_index"))
        latest = self._latest.get(item)
        if latest is not None and _place(fields) not in self._announced:
            self._numbers[key] = latest
            return latest
        part = self._latest[item] = self.number(key)
        return part


def _item(key: Any) -> tuple[Hashable, ...]:
    kind, item_id, output_index, *_ = key
    return kind, item_id, output_index


def _place(fields: Mapping[str, Any]) -> Hashable:
    return fields.get("item_id"), fields.get("output_index"), fields.get("content_index")
