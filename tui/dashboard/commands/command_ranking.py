"""Which entries of a list fit what was typed, the best first. Pure."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a list to choose from."""

    id: str
    title: str
    keys: tuple[str, ...] = ()
    """What does the same, as it is shown beside the title."""
    help: str = ""
    aliases: tuple[str, ...] = ()
    """Other words for it, such as its slash command."""
    about: str = ""
    """What is said about it in its row."""
    selectable: bool = True
    """False: a row that only informs."""


class Ranked(msgspec.Struct, frozen=True):
    """An entry that fits, and the characters of its title that were typed."""

    choice: Choice
    marked: tuple[int, ...] = ()


_Rank = tuple[int, int]
"""How well it fits: the kind of match, then how far apart the letters are; less is better."""

_PREFIX, _WORDS, _PART, _LETTERS, _HELP = range(5)


def ranked(typed: str, choices: Sequence[Choice], recent: Sequence[str] = ()) -> list[Ranked]:
    """Those that fit: by their beginning, then their words, then their letters, then their help.

    Equal ones, and all of them before anything is typed: the ids in ``recent`` first, in their
    order, then by title.
    """
    query = " ".join(typed.casefold().split()).lstrip("/")
    places = {id_: place for place, id_ in enumerate(recent)}
    found: list[tuple[_Rank, int, str, Ranked]] = []
    for choice in choices:
        fit = ((0, 0), ()) if not query else _fit(query, choice)
        if fit is not None:
            rank, marked = fit
            place = places.get(choice.id, len(places))
            found.append((rank, place, choice.title.casefold(), Ranked(choice, marked)))
    return [entry for *_, entry in sorted(found, key=lambda one: one[:3])]


def _fit(query: str, choice: Choice) -> tuple[_Rank, tuple[int, ...]] | None:
    title, words = choice.title.casefold(), query.split()
    place = title.find(query)
    part = tuple(range(place, place + len(query)))
    if place == 0:
        return (_PREFIX, 0), part
    if any(alias.casefold().startswith(query) for alias in choice.aliases):
        return (_PREFIX, 1), _letters(query, title) or ()
    if (marked := _words(words, title)) is not None:
        return (_WORDS, 0), marked
    if place > 0:
        return (_PART, place), part
    if (marked := _letters("".join(words), title)) is not None:
        return (_LETTERS, _spread(marked, title)), marked
    about, help_text = choice.about.casefold(), choice.help.casefold()
    helps = all(word in about or _begins(word, help_text) for word in words)
    return ((_HELP, 0), ()) if helps else None


def _words(words: Iterable[str], title: str) -> tuple[int, ...] | None:
    """Where the words begin words of the title, in any order; None if one does not."""
    starts = [at for at in range(len(title)) if not at or not title[at - 1].isalnum()]
    marked: set[int] = set()
    for word in words:
        place = next((at for at in starts if title.startswith(word, at)), None)
        if place is None:
            return None
        marked.update(range(place, place + len(word)))
    return tuple(sorted(marked))


def _begins(word: str, text: str) -> bool:
    return any(one.startswith(word) for one in text.replace("(", " ").split())


def _letters(query: str, title: str) -> tuple[int, ...] | None:
    """Where the letters are in the title, in their order and as close together as possible."""
    best: tuple[int, ...] | None = None
    for start in (at for at, letter in enumerate(title) if letter == query[:1]):
        places, after = [start], start + 1
        for letter in query[1:]:
            after = title.find(letter, after) + 1
            if not after:
                break
            places.append(after - 1)
        else:
            if best is None or places[-1] - start < best[-1] - best[0]:
                best = tuple(places)
    return best


def _spread(marked: Sequence[int], title: str) -> int:
    """How many letters lie between, and a little for one that begins no word."""
    between = sum(other - one - 1 for one, other in pairwise(marked))
    return 2 * between + (marked[0] > 0 and title[marked[0] - 1].isalnum())
