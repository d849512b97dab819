"""Writing to a terminal that has gone away."""

import codecs
import os
from typing import TextIO, cast

from tui.dashboard.textual_internals.driver import TerminalFile


def test_what_is_written_after_the_other_end_has_gone_is_dropped() -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "wb", buffering=0) as file:
        # Without a buffer: what could not be written is not tried again when it is closed.
        terminal = TerminalFile(cast(TextIO, codecs.getwriter("utf-8")(file)))
        terminal.write("seen")
        assert os.read(reader, 10) == b"seen"
        os.close(reader)
        terminal.write("lost")
        terminal.write("lost too")
        terminal.flush()
    assert terminal.lost
