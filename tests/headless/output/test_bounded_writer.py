"""Writing to a stream that may be slow or gone."""

import contextlib
import os
import threading
from collections.abc import Iterator

import pytest

from tests.support.patience import PATIENCE
from tui.headless.output.bounded_writer import BoundedWriter

Pipe = tuple[int, int]


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    reader, writer = os.pipe()
    yield reader, writer
    for fd in (reader, writer):
        with contextlib.suppress(OSError):
            os.close(fd)


def read_all(fd: int) -> bytes:
    return b"".join(iter(lambda: os.read(fd, 65_536), b""))


def test_everything_is_written_in_order(pipe: Pipe) -> None:
    reader, fd = pipe
    writer = BoundedWriter(fd, lambda _: None)
    for number in range(1000):
        assert writer.write(f"{number}\n")
    writer.close()
    os.close(fd)
    assert read_all(reader) == b"".join(b"%d\n" % n for n in range(1000))


def test_a_reader_that_stalls_costs_no_more_than_the_bound(pipe: Pipe) -> None:
    reader, fd = pipe
    writer = BoundedWriter(fd, lambda _: None, most=1_000_000)
    piece = "x" * 9_999 + "\n"
    kept = sum(writer.write(piece) for _ in range(1000))
    assert 100 <= kept < 120
    assert writer.left_out == 1000 - kept
    assert writer.write("the end\n", must=True)
    got: list[bytes] = []
    thread = threading.Thread(target=lambda: got.append(read_all(reader)))
    thread.start()
    writer.close()
    os.close(fd)
    thread.join(PATIENCE)
    assert got[0] == piece.encode() * kept + b"the end\n"


def test_a_reader_that_is_gone_is_reported_once(pipe: Pipe) -> None:
    reader, fd = pipe
    os.close(reader)
    closed = threading.Event()
    errors: list[OSError] = []

    def fail(error: OSError) -> None:
        errors.append(error)
        closed.set()

    writer = BoundedWriter(fd, fail)
    writer.write("hello")
    assert closed.wait(PATIENCE)
    assert not writer.write("anyone?")
    writer.close()
    assert writer.closed
    assert not writer.left_out
    assert [type(error) for error in errors] == [BrokenPipeError]
