"""Keys must not be shown, stored, exported or logged: finds them and masks them."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

import msgspec

from tui.shown_strings import StructRewriter

_S = TypeVar("_S", bound=msgspec.Struct)

MASK: Final = "•••"
_SHORTEST: Final = 8
"""A shorter value is too likely to stand in ordinary text, and no key is that short."""

_LONG_WORD: Final = re.compile(r"\S{8}")
"""Every shape has one, most deltas have none."""

_SECRET_NAME: Final = re.compile(
    r"(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|AUTH|DSN)S?(?:_|$)",
    re.IGNORECASE,
)

# Shapes of keys: words (in lower case) of which one must occur, and the pattern. Its first group
# may stay readable, so that people see which kind of key it was.
_SHAPES: Final = tuple(
    (tuple(triggers.split()), re.compile(pattern))
    for triggers, pattern in (
        (
            "sk- sk_ pk- pk_ rk_ gsk_ xai- hf_ pplx- tvly- csk- nvapi- r8_ fw_",
            r"(\b(?:[spr]k|gsk|xai|hf|pplx|tvly|csk|nvapi|r8|fw)[-_])[\w-]{16,}",
        ),
        ("bearer basic", r"(?i)(\b(?:bearer|basic)\s+)[\w.~+/=-]{12,}"),
        ("key", r"(?i)(\b(?:x-)?api[-_ ]?key[\"']?\s*[:=]\s*[\"']?)[\w.~+/=-]{12,}"),
        ("ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", r"(\bgh[pousr]_|\bgithub_pat_)\w{20,}"),
        ("xox", r"(\bxox[abeoprs]-)[\w-]{10,}"),
        ("aiza", r"(\bAIza)[\w-]{30,}"),
        ("akia asia", r"(\b(?:AKIA|ASIA))[0-9A-Z]{16}\b"),
        ("eyj", r"(\beyJ)[\w-]{10,}\.[\w-]{10,}\.[\w-]*"),
        ("://", r"(\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@]{1,64}:)[^\s/@]{1,256}(?=@)"),
    )
)


def secret_values(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The values of the variables whose names say that they hold a key, longest first."""
    values = {
        value.strip()
        for name, value in environment.items()
        # A path (SSH_AUTH_SOCK, a key file) is no secret and would be masked all over the screen.
        if _SECRET_NAME.search(name) and not value.startswith(("/", "~", "."))
    }
    return tuple(sorted((v for v in values if len(v) >= _SHORTEST), key=lambda v: (-len(v), v)))


class Masker:
    """Masks the given values, and whatever has the shape of a known kind of key.

    It looks at one text at a time: give it a message, an output, an answer as a whole. A key that
    a model says in several deltas is masked where they are joined again.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._values = tuple(
            sorted({s for s in secrets if len(s) >= _SHORTEST}, key=lambda s: (-len(s), s))
        )
        self._any_words = not all(map(_LONG_WORD.search, self._values))
        self._mask_struct = StructRewriter(line=self.mask, text=self.mask)

    def mask(self, text: str) -> str:
        """The same object when there is nothing to mask."""
        if len(text) < _SHORTEST or not (self._any_words or _LONG_WORD.search(text)):
            return text
        masked = text
        for value in self._values:
            masked = masked.replace(value, MASK)
        lower = masked.lower()
        for triggers, pattern in _SHAPES:
            if any(trigger in lower for trigger in triggers):
                masked = pattern.sub(rf"\1{MASK}", masked)
        return text if masked == text else masked

    def mask_event(self, event: _S) -> _S:
        """Every shown string of an event; ids and opaque history stay as they are."""
        return self._mask_struct(event)
