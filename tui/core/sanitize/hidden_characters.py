r"""Characters that take no room, reorder text or look like a space, as JSON escapes: ``\u200b``.

In JSON such an escape means the same as the character, so that nothing is lost or changed.
"""

import re
from typing import Final

_HIDDEN: Final = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\xa0\xad"  # controls, no-break space, soft hyphen
    "\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"  # joiners and marks of formats
    "\u115f\u1160\u3164\uffa0"  # Hangul fillers
    "\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f"  # spaces, zero widths, bidi controls
    "\u17b4\u17b5\u180b-\u180f"  # Khmer and Mongolian signs without a width
    "\u2800"  # a pattern of Braille without dots
    "\ud800-\udfff"  # surrogates
    "\ufe00-\ufe0f\U000e0100-\U000e01ef"  # variation selectors
    "\ufeff\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e007f"  # tags
    "]"
)


def revealed(text: str) -> str:
    """Each hidden character as an escape; the same object if there is none."""
    if text.isascii() and (text.isprintable() or not _HIDDEN.search(text)):
        return text
    return _HIDDEN.sub(lambda found: escape(found[0]), text.replace("\r\n", "\n"))


def is_hidden(character: str) -> bool:
    """Whether one character is shown as an escape."""
    return _HIDDEN.match(character) is not None


def escape(character: str) -> str:
    """One character as JSON writes it: in two parts beyond U+FFFF."""
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
