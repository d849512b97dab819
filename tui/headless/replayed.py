"""A recording without a screen: its answers as text, or its lines as they are."""

import asyncio
import os
import sys
import time
from collections.abc import Iterable, Iterator

import click

from tui.core.metrics import Thresholds
from tui.core.sanitize.secret_stream import StreamMasker
from tui.core.sanitize.secrets import Masker
from tui.headless import exit_codes
from tui.headless.output.bounded_writer import BoundedWriter
from tui.headless.output.stdout_failure import stdout_failed
from tui.headless.output.text_output import TextOutput, is_one_screen
from tui.headless.recorded_results import RecordedRuns
from tui.journal.recordings import Recording
from tui.protocol import events
from tui.protocol.events import Event
from tui.replay.tape import SECOND, Tape


def replay_text(
    tape: Tape, recording: Recording, masker: Masker, limits: Thresholds, speed: float | None
) -> int:
    """Answers to stdout, the rest to stderr; at once without a speed. Returns the exit code."""
    closed: list[OSError] = []
    # Everything waits in memory already, so that nothing has to be left out.
    writer = BoundedWriter(sys.stdout.fileno(), closed.append, most=sys.maxsize)
    face = TextOutput(
        writer,
        streams=True,
        titled=len(recording.jobs) > 1,
        one_screen=is_one_screen(),
    )
    runs = RecordedRuns(recording.jobs, limits, face, lambda: StreamMasker(masker).mask)
    try:
        asyncio.run(_play_text(tape, runs, masker, speed, closed))
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    finally:
        writer.close()
    return stdout_failed(closed[0]) if closed else exit_codes.OK


async def _play_text(
    tape: Tape, runs: RecordedRuns, masker: Masker, speed: float | None, closed: list[OSError]
) -> None:
    began = time.monotonic()
    for event, position in zip(tape.events, tape.positions, strict=True):
        if closed:
            return
        due = 0.0 if speed is None else began + position / SECOND / speed - time.monotonic()
        if due > 0:
            await asyncio.sleep(due)
        if isinstance(event, events.RunStarted):
            click.echo(f"> {masker.mask(event.prompt) or f'({event.mode})'}", err=True)
        runs.take([event])
    runs.flush()
    if tape.is_cut:
        click.echo("The recording ends here, in the middle of a turn.", err=True)


def replay_lines(
    lines: Iterable[tuple[bytes, Event | None]], positions: Iterator[int], speed: float | None
) -> int:
    """Every line as it was recorded; ``positions`` has one for each event. Returns the exit code.

    A slow reader is waited for.
    """
    began = time.monotonic()
    out = sys.stdout.buffer
    try:
        for line, event in lines:
            if speed is not None and event is not None:
                due = began + next(positions) / SECOND / speed - time.monotonic()
                if due > 0:
                    out.flush()
                    time.sleep(due)
            out.write(line)
        out.flush()
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except OSError as error:
        # Otherwise Python writes the rest when it ends, and reports that that failed too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        return stdout_failed(error)
    return exit_codes.OK
