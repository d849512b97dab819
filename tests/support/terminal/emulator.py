"""The screen that a user would see: a pyte terminal, and a filter for what pyte cannot parse."""

import codecs
import re

import pyte

from tests.support.terminal.sequences import Token, split_unfinished, tokens

_PARSED_BY_PYTE = re.compile(r"\x1b\[(?:\?[0-9;]*[hl]|[0-9;]*[@-Zadef`ghlmr])|\x1b[78cDEHM]")
_ALTERNATE_SCREEN = re.compile(r"\x1b\[\?(?:1049|1047|47)([hl])")
_C0_OF_PYTE = "\x07\x08\t\n\x0b\x0c\r"


class Emulator:
    """Interprets the bytes that a program writes; has a main and an alternate screen."""

    def __init__(self, rows: int, cols: int) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._unfinished = ""
        self._main = self._new_screen(rows, cols)
        self._alternate = self._new_screen(rows, cols)
        self._current = self._main

    @property
    def lines(self) -> list[str]:
        """Every row of the screen, without trailing spaces."""
        screen = self._current[0]
        return [
            "".join(screen.buffer[row][col].data for col in range(screen.columns)).rstrip()
            for row in range(screen.lines)
        ]

    @property
    def cells(self) -> list[list[pyte.screens.Char]]:
        """Every row of the screen; the second cell of a wide character is empty."""
        screen = self._current[0]
        return [
            [screen.buffer[row][col] for col in range(screen.columns)]
            for row in range(screen.lines)
        ]

    @property
    def cursor(self) -> tuple[int, int]:
        """Row and column, from 0."""
        cursor = self._current[0].cursor
        return cursor.y, cursor.x

    def feed(self, data: bytes) -> None:
        text, self._unfinished = split_unfinished(self._unfinished + self._decode(data))
        for token in tokens(text):
            self._take(token)

    def resize(self, rows: int, cols: int) -> None:
        for screen, _ in (self._main, self._alternate):
            screen.resize(rows, cols)

    def _take(self, token: Token) -> None:
        switch = _ALTERNATE_SCREEN.fullmatch(token.text)
        if switch is not None:
            self._alternate[0].reset()
            self._current = self._alternate if switch.group(1) == "h" else self._main
        elif self._is_for_pyte(token):
            self._current[1].feed(token.text)

    @staticmethod
    def _is_for_pyte(token: Token) -> bool:
        if token.kind == "c0":
            return token.text in _C0_OF_PYTE
        return token.kind == "text" or _PARSED_BY_PYTE.fullmatch(token.text) is not None

    @staticmethod
    def _new_screen(rows: int, cols: int) -> tuple[pyte.Screen, pyte.Stream]:
        screen = pyte.Screen(cols, rows)
        return screen, pyte.Stream(screen)
