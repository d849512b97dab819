"""Writing to a terminal that is gone."""

import codecs
import os
from typing import TextIO, cast

from tui.dashboard.textual_internals.driver import TerminalFile


def test_what_is_written_after_the_other_end_closed_is_dropped() -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "wb", buffering=0) as file:
        # Without a buffer: closing the file does not write again what failed.
        terminal = TerminalFile(cast(TextIO, codecs.getwriter("utf-8")(file)))
        terminal.write("seen")
        assert os.read(reader, 10) == b"seen"
        os.close(reader)
        terminal.write("lost")
        terminal.write("lost too")
        terminal.flush()
    assert terminal.lost
