"""A text that comes in pieces, and how many words it has."""

from dataclasses import dataclass, field


@dataclass
class SaidText:
    """``words``: those so far, as whitespace separates them."""

    words: int = 0
    _pieces: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> "SaidText":
        said = cls()
        said.add(text)
        return said

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def add(self, piece: str) -> None:
        if not piece:
            return
        continues = bool(self._pieces) and not self._pieces[-1][-1].isspace()
        self.words += len(piece.split()) - (continues and not piece[0].isspace())
        self._pieces.append(piece)
