"""The marks that models put into their text to cite a source, made readable.

Models write ``cite`` and the ids of sources between private-use characters, for which no font has a
glyph. The text itself stays as it is: it is copied, exported and sent as it came.
"""

import re
from typing import Final

_START: Final = "\ue200"
_MARK: Final = re.compile("\ue200([^\ue200\ue201\n]*)\ue201?")


def readable(text: str) -> str:
    """``[cite turn0search1]`` for each mark, also for one that is still being written."""
    if _START not in text:
        return text
    return _MARK.sub(lambda mark: f"[{' '.join(mark[1].split(chr(0xE202)))}]", text)
