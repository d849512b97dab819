"""Finds and masks keys, which must not be shown, stored, exported or logged."""

import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from typing import Final, TypeVar

import msgspec

from tui.core.sanitize.characters import clean_event
from tui.core.sanitize.struct_rewriter import StructRewriter

_S = TypeVar("_S", bound=msgspec.Struct)

MASK: Final = "•••"
_SHORTEST: Final = 8
"""A shorter value may occur in ordinary text, and no key is that short."""

_LONG_WORD: Final = re.compile(r"\S{8}")
"""Every key matches, most deltas do not."""

_SECRET_NAME: Final = re.compile(
    r"(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|AUTH|DSN)S?(?:_|$)",
    re.IGNORECASE,
)


@cache
def _secret_header() -> re.Pattern[str]:
    """To be matched with ``_`` instead of ``-``."""
    return re.compile(rf"{_SECRET_NAME.pattern}|^(?:proxy_)?authorization$", re.IGNORECASE)


_KEY_CHARACTER: Final = r"[\w.~+/=-]"
_LOOKS_LIKE_A_KEY: Final = rf"(?={_KEY_CHARACTER}*(?:\d|[a-z][A-Z]|=))"
"""Because ordinary words may also follow "basic" and "bearer"."""


class _Shape:
    """A kind of keys. Its patterns are compiled when a text may have one: most never do."""

    def __init__(self, triggers: str, prefix: str, key: str, part: str) -> None:
        """``triggers``: words in lower case, one of which must occur.

        ``prefix`` stays readable, to show the kind of key; ``part``: of a key that is not complete.
        """
        self.triggers = tuple(triggers.split())
        self._prefix, self._key, self._part = prefix, key, part

    @cached_property
    def key(self) -> re.Pattern[str]:
        return re.compile(rf"({self._prefix}){self._key}")

    @cached_property
    def part(self) -> re.Pattern[str]:
        return re.compile(rf"({self._prefix}){self._part}\Z")


_SHAPES: Final = tuple(
    _Shape(*shape)
    for shape in (
        (
            "sk- sk_ pk- pk_ rk_ rk- gsk_ gsk- xai- xai_ hf_ hf- pplx- pplx_ tvly- tvly_ csk- csk_ "
            "nvapi- nvapi_ r8_ r8- fw_ fw-",
            r"\b(?:[spr]k|gsk|xai|hf|pplx|tvly|csk|nvapi|r8|fw)[-_]",
            r"[\w-]{16,}",
            r"[\w-]*",
        ),
        (
            "bearer basic",
            r"\b(?i:bearer|basic)\s+",
            rf"{_LOOKS_LIKE_A_KEY}{_KEY_CHARACTER}{{12,}}",
            rf"{_KEY_CHARACTER}*",
        ),
        (
            "key",
            r"\b(?i:(?:x-)?api[-_ ]?key)[\"']?\s*[:=]\s*[\"']?",
            rf"{_KEY_CHARACTER}{{12,}}",
            rf"{_KEY_CHARACTER}*",
        ),
        (
            "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
            r"\bgh[pousr]_|\bgithub_pat_",
            r"\w{20,}",
            r"\w*",
        ),
        ("xox", r"\bxox[abeoprs]-", r"[\w-]{10,}", r"[\w-]*"),
        ("aiza", r"\bAIza", r"[\w-]{30,}", r"[\w-]*"),
        ("akia asia", r"\b(?:AKIA|ASIA)", r"[0-9A-Z]{16}\b", r"[0-9A-Z]*"),
        ("eyj", r"\beyJ", r"[\w-]{10,}\.[\w-]{10,}\.[\w-]*", r"[\w.-]*"),
        (
            "://",
            r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@]{1,64}:",
            r"[^\s/@]{1,256}(?=@)",
            r"[^\s/@]{0,256}",
        ),
    )
)

_TRIGGERS: Final = (
    *(word for shape in _SHAPES for word in shape.triggers if word != "key"),
    *("api_key", "api-key", "api key", "apikey"),
)

_PLAIN_TRIGGERS: Final = tuple(one for one in _TRIGGERS if not set(one) & set("-_:"))
"""Those that may be in a text without any of these three characters, as most deltas are."""


def secret_values(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The values of variables that hold a key by their name, longest first."""
    return _longest_first(
        value.strip()
        for name, value in environment.items()
        # A path (SSH_AUTH_SOCK, a key file) is not secret, and masking it would hide other paths.
        if _SECRET_NAME.search(name) and not value.startswith(("/", "~", "."))
    )


def secret_headers(headers: Mapping[str, str]) -> tuple[str, ...]:
    """The keys in a request's headers, without their scheme, longest first."""
    return _longest_first(
        value.rpartition(" ")[2]
        for name, value in headers.items()
        if _secret_header().search(name.replace("-", "_"))
    )


def _longest_first(values: Iterable[str]) -> tuple[str, ...]:
    """The values that are long enough, in the order in which to mask them."""
    return tuple(sorted({v for v in values if len(v) >= _SHORTEST}, key=lambda v: (-len(v), v)))


class Masker:
    """Masks the given values and known kinds of keys.

    It needs a complete text, such as a message or a tool's output. `secret_stream.py` masks texts
    that come in pieces.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._values: tuple[str, ...] = ()
        self._any_words = False
        self.learn(secrets)
        self._mask_struct = StructRewriter(line=self.mask, text=self.mask)

    def learn(self, secrets: Iterable[str]) -> None:
        """Mask these values too from now on."""
        self._values = _longest_first((*self._values, *secrets))
        self._any_words = not all(map(_LONG_WORD.search, self._values))

    def mask(self, text: str) -> str:
        """Returns the same object if there is nothing to mask."""
        if len(text) < _SHORTEST or not (self._any_words or _LONG_WORD.search(text)):
            return text
        masked = text
        for value in self._values:
            masked = masked.replace(value, MASK)
        lower = masked.lower()
        for shape in _SHAPES:
            if any(trigger in lower for trigger in shape.triggers):
                masked = shape.key.sub(rf"\1{MASK}", masked)
        return text if masked == text else masked

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Start and end of everything to mask, ascending and without overlaps."""
        found = [
            (match.start(), match.end())
            for value in self._values
            for match in re.finditer(re.escape(value), text)
        ]
        lower = text.lower()
        for shape in _SHAPES:
            if any(trigger in lower for trigger in shape.triggers):
                found += [(match.end(1), match.end()) for match in shape.key.finditer(text)]
        return _merged(found)

    def may_contain_key(self, text: str) -> bool:
        """Whether a text may contain a key or the start of one; fast, never wrongly False."""
        lower = text.lower()
        is_marked = "-" in lower or "_" in lower or ":" in lower
        return (
            any(trigger in lower for trigger in (_TRIGGERS if is_marked else _PLAIN_TRIGGERS))
            or any(value in text for value in self._values)
            or self._unfinished_value(text) is not None
        )

    def unfinished_key(self, text: str) -> int | None:
        """Where an unfinished key may start; None: nowhere."""
        begins = self._unfinished_value(text)
        found = [] if begins is None else [begins]
        lower = text.lower()
        for shape in _SHAPES:
            if any(trigger in lower for trigger in shape.triggers):
                match = shape.part.search(text)
                if match is not None and match.end(1) < len(text):
                    found.append(match.end(1))
        return min(found, default=None)

    def _unfinished_value(self, text: str) -> int | None:
        """Where a text may end with the start of a value; None: nowhere.

        Inside a word the first two characters are not enough, or half of all words would wait.
        """
        first: int | None = None
        for value in self._values:
            at = text.find(value[0], max(0, len(text) - len(value) + 1))
            while at >= 0:
                enough = len(text) - at > 2 or not text[at - 1 : at].isalnum()
                if enough and value.startswith(text[at:]):
                    first = at if first is None else min(first, at)
                    break
                at = text.find(value[0], at + 1)
        return first

    def mask_event(self, event: _S) -> _S:
        """Mask every shown string of an event; ids and the history stay unchanged."""
        return self._mask_struct(event)

    def shown(self, event: _S) -> _S:
        """The event as it may be shown: clean its strings, then mask them."""
        return self.mask_event(clean_event(event))


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first < merged[-1][1]:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged
