"""Cutting long outputs into pieces."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tui.protocol import long_outputs
from tui.protocol.long_outputs import MOST_AT_ONCE, MOST_PER_PIECE, in_pieces


def test_a_short_output_is_one_piece() -> None:
    assert list(in_pieces("")) == [""]
    assert list(in_pieces("done")) == ["done"]
    assert len(list(in_pieces("x" * MOST_AT_ONCE))) == 1


@given(st.text(alphabet="ab\n ,", max_size=200), st.integers(1, 5))
def test_the_pieces_are_the_output(text: str, times: int) -> None:
    long = (text + "é") * (times * 100_000 // (len(text) + 1))
    first, *others = in_pieces(long)
    assert "".join((first, *others)) == long
    assert len(first) <= MOST_AT_ONCE
    assert all(0 < len(one) <= MOST_PER_PIECE for one in others)


def test_lines_stay_whole_and_so_do_the_words_of_one_long_line() -> None:
    lines = "\n".join(f"line {number} of the log" for number in range(60_000))
    assert all(piece.endswith("\n") for piece in list(in_pieces(lines))[:-1])
    one = json.dumps([{"name": f"sk-{number:020}"} for number in range(20_000)])
    assert all(piece[-1] in ",;}])>" for piece in in_pieces(one))


def test_what_is_beyond_the_limit_is_counted() -> None:
    most = long_outputs.MOST_KEPT
    *_, last = in_pieces("x" * (most + 1_234))
    assert last.endswith("\n… (1,234 more characters are not kept)")
