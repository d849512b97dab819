"""Text made comparable: however a prompt was typed, it reads the same."""

import unicodedata

_STROKES = str.maketrans({"đ": "d", "ß": "ss", "ø": "o", "œ": "oe", "æ": "ae", "ł": "l"})


def folded(text: str) -> str:
    """Lower case without diacritics: "Đồng Xu", composed or not, gives "dong xu"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    return " ".join(bare.translate(_STROKES).split())
